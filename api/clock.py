"""The only place where the time of day is read."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day where the user is."""
    return datetime.now().astimezone().date()
