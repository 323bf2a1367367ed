"""What a database says, in sentences that tell what to do."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from data.errors import DataError, UnavailableError

Kinds = tuple[type[Exception], ...]


@contextmanager
def told(
    place: str, remedies: Mapping[str, str], away: Collection[str], kinds: Kinds, passing: Kinds
) -> Iterator[None]:
    """Errors of these kinds as DataError, with the remedy whose words they hold; those of `passing` pass.

    UnavailableError where these words are among `away`, or the connection broke in whatever words: the same
    may succeed a moment later.
    """
    try:
        yield
    except passing:
        raise
    except kinds as error:
        words = str(getattr(error, "orig", error)).strip()
        part = next((part for part in remedies if part in words), "")
        lost = getattr(error, "connection_invalidated", False)
        kind = UnavailableError if part in away or lost else DataError
        raise kind(f"{place}: {remedies.get(part, words)}") from error
