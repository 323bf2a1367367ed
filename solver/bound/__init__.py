"""Lower bounds that no flow can beat."""
