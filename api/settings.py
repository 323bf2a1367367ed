"""What the environment decides: where the store is and who acts."""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from api.errors import RequestError

LogFormat = Literal["json", "text"]
LOG_FORMATS: tuple[LogFormat, ...] = get_args(LogFormat)

DEFAULT_DATABASE = "panelwise.db"

NICE, MOST_NICE = 10, 19
"""How far searches stand back: with all processors busy, reads are answered as if nearly nothing ran."""

SECRET_SETTINGS = ("PANELWISE_SECRET_KEY", "PANELWISE_SECRET_KEY_FILE", "PANELWISE_JWT_KEY")
"""Names of settings that searches have no use for, and are not given."""


@dataclass(frozen=True)
class Settings:
    """`database`: path of the SQLite file, or address of a PostgreSQL server (PANELWISE_DB).

    `actor`: name in the audit (PANELWISE_ACTOR). `rules`: folder of the store's own rule documents
    (PANELWISE_RULES); None is the one beside the file. `log_format`: json or text (PANELWISE_LOG_FORMAT).
    `log_messages`: whether log lines quote the messages of exceptions, which may quote data
    (PANELWISE_LOG_MESSAGES=yes). `executor`: where searches run side by side; see `api.executors`
    (PANELWISE_EXECUTOR). `nice`: how far searches stand back behind whatever else wants a processor, 0 (not
    at all) to 19 (PANELWISE_NICE); it changes when a search is done, and nothing about what it finds but how
    far it comes in its seconds.
    """

    database: Path | str
    actor: str
    rules: Path | None = None
    log_format: LogFormat = "text"
    log_messages: bool = False
    executor: str = "threads"
    nice: int = NICE

    @property
    def place(self) -> str:
        """The database as people may read it: without a password."""
        if isinstance(self.database, Path):
            return str(self.database)
        parts = urlsplit(self.database)
        host = parts.hostname or ""
        user = f"{parts.username}@" if parts.username else ""
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{user}{host}{port}{parts.path}"

    @staticmethod
    def from_environment() -> "Settings":
        """Environment variables first, then the defaults: a file in this folder, the login name."""
        given = os.environ.get("PANELWISE_DB") or DEFAULT_DATABASE
        rules = os.environ.get("PANELWISE_RULES")
        return Settings(
            database_of(given),
            os.environ.get("PANELWISE_ACTOR") or _login_name(),
            Path(rules) if rules else None,
            log_format_of(os.environ.get("PANELWISE_LOG_FORMAT") or "text"),
            os.environ.get("PANELWISE_LOG_MESSAGES", "").lower() in ("yes", "true", "1"),
            os.environ.get("PANELWISE_EXECUTOR") or "threads",
            nice_of(os.environ.get("PANELWISE_NICE") or str(NICE)),
        )


def log_format_of(text: str) -> LogFormat:
    """The format of this name; RequestError where there is none."""
    for each in LOG_FORMATS:
        if each == text:
            return each
    raise RequestError((f"no log format {text!r} (PANELWISE_LOG_FORMAT): {' or '.join(LOG_FORMATS)}",))


def nice_of(text: str) -> int:
    """A whole number from 0 to 19; RequestError otherwise."""
    if text.isdecimal() and int(text) <= MOST_NICE:
        return int(text)
    raise RequestError((f"{text!r} (PANELWISE_NICE): give a whole number from 0 to {MOST_NICE}",))


def database_of(text: str) -> Path | str:
    """A path, unless it is an address."""
    return text if "://" in text else Path(text)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "unknown"
