"""Believable populations with a known good assignment, from a seed alone."""

from data.synthetic.capacity import Tightness
from data.synthetic.generate import Generated, generate

__all__ = ["Generated", "Tightness", "generate"]
