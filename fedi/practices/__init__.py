"""What groups do: one folder each, all of the same inner shape."""
