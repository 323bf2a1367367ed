"""Moments as microseconds since 1970 in UTC: whole numbers that sort and compare the same everywhere."""

from datetime import UTC, datetime, timedelta

from data.refusals import moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Microseconds of a moment; ValueError where it has no time zone."""
    return (moment(at) - EPOCH) // timedelta(microseconds=1)


def from_micros(number: int) -> datetime:
    """The moment of a number of microseconds."""
    return EPOCH + timedelta(microseconds=number)
