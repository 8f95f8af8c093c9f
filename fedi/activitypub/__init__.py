"""The protocol: reading, writing, signing and fetching what servers say to each other; no database."""
