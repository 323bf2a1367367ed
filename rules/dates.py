"""Dates that may be empty: CEL reads an unset one as 1 January 1970, so that it must be tested first."""

from collections.abc import Iterator

from google.protobuf.message import Message

from rules.checked import record_of, walk
from rules.environment import field_of

DateField = tuple[str, str]
"""Record and field."""


def tested_dates(checked: Message) -> frozenset[DateField]:
    """Date fields whose presence an expression tests with has."""
    return frozenset(field for field, _, test_only in _dates(checked) if test_only)


def read_dates(checked: Message) -> Iterator[tuple[DateField, int]]:
    """Date fields that an expression reads and that may be empty, with the offset of each in its text."""
    for field, part, test_only in _dates(checked):
        if not test_only:
            yield field, checked.source_info.positions.get(part.id, 0)


def _dates(checked: Message) -> Iterator[tuple[DateField, Message, bool]]:
    for part in walk(checked.expr):
        if part.HasField("select_expr"):
            select = part.select_expr
            record = record_of(checked, select.operand)
            field = field_of(record, select.field)
            if field is not None and field.type == "timestamp" and not field.given:
                yield (record, select.field), part, select.test_only
