"""What holds for every test."""

from hypothesis import settings

settings.register_profile("panelwise", deadline=None)  # a machine that is busy is no failure
settings.load_profile("panelwise")
