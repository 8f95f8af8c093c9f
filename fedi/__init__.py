"""fedi: a federated server for groups that organise."""

__version__ = "0.1.0"
