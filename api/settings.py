"""What the environment decides: where the store is and who acts."""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DATABASE = "panelwise.db"


@dataclass(frozen=True)
class Settings:
    """`database`: path of the SQLite file (PANELWISE_DB). `actor`: name in the audit (PANELWISE_ACTOR)."""

    database: Path
    actor: str

    @staticmethod
    def from_environment() -> "Settings":
        """Environment variables first, then the defaults: a file in this folder, the login name."""
        database = Path(os.environ.get("PANELWISE_DB", DEFAULT_DATABASE))
        return Settings(database, os.environ.get("PANELWISE_ACTOR") or _login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "unknown"
