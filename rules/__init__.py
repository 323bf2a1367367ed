"""Rules as data: which pairs are valid, at what penalty, and why."""
