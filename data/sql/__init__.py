"""The store in a SQL database: SQLite, one file, nothing to install."""
