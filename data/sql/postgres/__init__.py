"""The store in PostgreSQL 15 or newer: many machines, many writers, row-level security as a second fence."""
