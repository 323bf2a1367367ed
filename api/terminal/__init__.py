"""How answers look on a terminal: tables, one summary line first, and JSON for programs."""
