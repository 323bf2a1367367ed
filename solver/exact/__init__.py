"""Exact engines: the only modules that import OR-Tools, and only when they are called (it takes seconds)."""
