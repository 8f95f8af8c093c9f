"""Minutes in the console: written in a meeting, taken over from elsewhere, translated, and what came of them."""
