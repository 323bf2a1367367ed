"""Believable populations with a known good assignment, from a seed alone."""

from data.synthetic.generate import Generated, Tightness, generate

__all__ = ["Generated", "Tightness", "generate"]
