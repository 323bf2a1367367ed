"""The optimizer: from a problem in integers to a proven plan."""
