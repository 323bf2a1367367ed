"""Use cases and entry points."""
