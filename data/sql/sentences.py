"""What a database says, in sentences that tell what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from data.errors import DataError

Kinds = tuple[type[Exception], ...]


@contextmanager
def told(place: str, remedies: Mapping[str, str], kinds: Kinds, passing: Kinds) -> Iterator[None]:
    """Errors of these kinds as DataError, with the remedy whose words they hold; those of `passing` pass."""
    try:
        yield
    except passing:
        raise
    except kinds as error:
        words = str(getattr(error, "orig", error)).strip()
        remedy = next((text for part, text in remedies.items() if part in words), words)
        raise DataError(f"{place}: {remedy}") from error
