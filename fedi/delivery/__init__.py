"""HTTP out: who must hear of it, and the worker that tells them."""
