"""The database: units of work on SQLite or PostgreSQL, and the rows behind every room."""
