"""What a meeting decided, and how."""
