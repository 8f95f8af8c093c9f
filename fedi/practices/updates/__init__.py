"""Short posts in the group's own voice."""
