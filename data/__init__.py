"""Vocabulary (what everything is called) and storage (where it is kept)."""
