"""How members run their group together: what one may do alone, what takes a second, and whose turn it is."""
