"""Intake and export: people's folders become checked tables, or a complete list of what is wrong."""

from data.intake.export import write_folder
from data.intake.folder import Intake, read_folder
from data.intake.issue import IntakeError, Issue
from data.intake.template import write_template

__all__ = ["Intake", "IntakeError", "Issue", "read_folder", "write_folder", "write_template"]
