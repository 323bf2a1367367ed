"""HTTP routes, a resource a file; each calls a use case and says what came of it."""
