"""The slot that a run fills: a level and a role."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Slot:
    """One position that a patient can have filled.

    `level` is `primary`, `program:<id>` or `specialty:<code>`; `role` is `physician`, `care_manager`, ...
    """

    level: str = "primary"
    role: str = "physician"

    def __post_init__(self) -> None:
        prefix, separator, rest = self.level.partition(":")
        if self.level != "primary" and not (prefix in ("program", "specialty") and separator and rest):
            raise ValueError(f"level {self.level!r} is not primary, program:ID or specialty:CODE")
        if not self.role:
            raise ValueError("role is empty; name one such as physician or care_manager")

    @property
    def program(self) -> str:
        """The program's id, empty for other levels."""
        prefix, _, rest = self.level.partition(":")
        return rest if prefix == "program" else ""

    @property
    def specialty(self) -> str:
        """The specialty's code, empty for other levels."""
        prefix, _, rest = self.level.partition(":")
        return rest if prefix == "specialty" else ""

    def __str__(self) -> str:
        return f"{self.level}/{self.role}"
