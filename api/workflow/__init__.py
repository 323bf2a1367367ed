"""One use case a file: gather from the store, let the pure layers decide, apply."""
