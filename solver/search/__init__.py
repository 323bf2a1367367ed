"""Good flows, fast: annealing under growing penalties, repair, and exact re-solves of a few providers."""
