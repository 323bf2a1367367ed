"""From text cells to typed columns, whole columns at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import ARROW_TYPES, Column

Mask = npt.NDArray[np.bool_]

TRUE = ("true", "yes", "1", "t", "y")
FALSE = ("false", "no", "0", "f", "n")

_INTEGER = r"^[+-]?[0-9]{1,18}(\.0+)?$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class Fault:
    """Cells of one column that are wrong in one way."""

    bad: Mask
    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Cast:
    """A typed column, null where a cell was empty or wrong, and what was wrong."""

    values: pa.Array
    faults: tuple[Fault, ...]


def cast(column: Column, cells: pa.Array) -> Cast:
    """Read text cells (trimmed, null where empty) as what `column` holds."""
    read = _CASTS[column.kind](cells)
    values, faults = read.values, read.faults
    if column.choices:
        values, faults = _among(column.choices, values)
    return Cast(values, (*faults, *least_faults(column, values)))


def trimmed(cells: pa.Array) -> pa.Array:
    """Text without spaces around it, null where nothing remains."""
    text = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def truth(condition: pa.Array) -> Mask:
    """A boolean column as a NumPy mask, null counting as false."""
    return pc.fill_null(condition, False).to_numpy(zero_copy_only=False)


def _text(cells: pa.Array) -> Cast:
    return Cast(cells, ())


def _among(choices: tuple[str, ...], cells: pa.Array) -> tuple[pa.Array, tuple[Fault, ...]]:
    """Cells in the spelling of `choices`, which do not mind capitals."""
    lowered = pc.utf8_lower(cells)
    fits = truth(pc.is_in(lowered, value_set=pa.array(choices)))
    named = ", ".join(choices)
    bad = ~fits & truth(cells.is_valid())
    fault = Fault(bad, "choice", f"{{value}} is not one of {named}", f"Write one of {named}")
    return _where(fits, lowered), (fault,)


def _list(cells: pa.Array) -> Cast:
    pieces = pc.split_pattern(pc.fill_null(cells, ""), "|")
    return Cast(cleaned_lists(pieces), ())


def cleaned_lists(lists: pa.Array) -> pa.Array:
    """Lists of trimmed, non-empty texts, each once, in the order given; null becomes the empty list."""
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    elements = trimmed(pc.list_flatten(lists).cast(pa.string()))
    codes = elements.dictionary_encode().indices
    known = truth(elements.is_valid())
    numbers = pc.fill_null(codes, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    pair = parents.astype(np.int64) * (len(elements) + 1) + numbers
    first = np.zeros(len(pair), bool)
    first[np.flatnonzero(known)[np.unique(pair[known], return_index=True)[1]]] = True
    counts = np.bincount(parents[first], minlength=len(lists))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), elements.filter(pa.array(first)))


def _integer(cells: pa.Array) -> Cast:
    fits = truth(pc.match_substring_regex(cells, _INTEGER))
    whole = pc.replace_substring_regex(_where(fits, cells), r"\.0+$|^\+", "")
    wrong = Fault(
        ~fits & truth(cells.is_valid()),
        "integer",
        "{value} is not a whole number",
        "Write digits alone, without unit and thousands separator, for example 1200",
    )
    values = whole.cast(pa.int64())
    return Cast(values, (wrong,))


def _number(cells: pa.Array) -> Cast:
    shaped = truth(pc.match_substring_regex(cells, _NUMBER))
    values = pc.replace_substring_regex(_where(shaped, cells), r"^\+", "").cast(pa.float64())
    fits = truth(pc.is_finite(values))
    wrong = Fault(
        ~fits & truth(cells.is_valid()),
        "number",
        "{value} is not a number",
        "Write digits with a decimal point, for example 1200.5; leave the cell empty where it is not known",
    )
    values = _where(fits, values)
    return Cast(values, (wrong,))


def least_faults(column: Column, values: pa.Array) -> tuple[Fault, ...]:
    """What is below the smallest number that the column allows."""
    if column.least is None:
        return ()
    bad = truth(pc.less(values, column.least))
    return (
        Fault(
            bad,
            "too_small",
            f"{{value}} is less than {column.least:g}",
            f"Write {column.least:g} or more, or leave the cell empty",
        ),
    )


def _boolean(cells: pa.Array) -> Cast:
    lowered = pc.utf8_lower(cells)
    yes = pc.is_in(lowered, value_set=pa.array(TRUE))
    known = truth(pc.is_in(lowered, value_set=pa.array(TRUE + FALSE)))
    fault = Fault(
        ~known & truth(cells.is_valid()),
        "boolean",
        "{value} is neither true nor false",
        "Write true or false (yes, no, 1 and 0 are understood as well)",
    )
    return Cast(_where(known, yes), (fault,))


def _date(cells: pa.Array) -> Cast:
    given = truth(cells.is_valid())
    shaped = truth(pc.match_substring_regex(cells, _DATE))
    iso = _where(shaped, cells)
    year, month, day = (
        pc.fill_null(pc.utf8_slice_codeunits(iso, start, stop).cast(pa.int32()), 0).to_numpy()
        for start, stop in ((0, 4), (5, 7), (8, 10))
    )
    leap = (month == 2) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _DAYS_IN_MONTH[np.where(month <= 12, month, 0)] + leap
    exists = shaped & (year >= 1) & (day >= 1) & (day <= days)
    months = (year.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    values = pa.array(
        (months.astype("datetime64[D]") + (day - 1)).astype(np.int64).astype(np.int32), pa.int32()
    )
    impossible = Fault(
        shaped & ~exists, "impossible_date", "there is no day {value}", "Correct the day, month or year"
    )
    return Cast(
        _where(exists, values).cast(pa.date32()), (impossible, *_foreign_dates(cells, given & ~shaped))
    )


_DATE_FORMS: tuple[tuple[str, str], ...] = (
    (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*$", "a date with a time: cut the time"),
    (r"^(1[3-9]|2[0-9]|3[01])[/.-][0-9]{1,2}[/.-][0-9]{4}$", "day/month/year"),
    (r"^[0-9]{1,2}[/.-](1[3-9]|2[0-9]|3[01])[/.-][0-9]{4}$", "month/day/year"),
    (r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}$", "month/day/year or day/month/year: look which"),
    (r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}$", "a date with a two-digit year"),
    (r"^[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}$", "year, month and day with another separator"),
    (r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$", "year-month-day without leading zeros"),
    (r"^(19|20)[0-9]{6}$", "YYYYMMDD without separators"),
    (r"^[0-9]{5}(\.[0-9]+)?$", "the day number of a spreadsheet: format the column as a date"),
)


def _foreign_dates(cells: pa.Array, bad: Mask) -> tuple[Fault, ...]:
    """Cells that are no ISO date, one fault for each form that they likely have."""
    faults, left = [], bad.copy()
    if not bad.any():
        return ()
    for pattern, form in _DATE_FORMS:
        like = left & truth(pc.match_substring_regex(cells, pattern))
        left &= ~like
        faults.append(
            Fault(
                like,
                "date_format",
                f"{{value}} looks like {form}",
                "Write dates as YYYY-MM-DD, for example 2026-12-31",
            )
        )
    faults.append(
        Fault(left, "date", "{value} is not a date", "Write dates as YYYY-MM-DD, for example 2026-12-31")
    )
    return tuple(faults)


def _where(keep: Mask, values: pa.Array) -> pa.Array:
    """`values` with null where not `keep`."""
    return pc.if_else(pa.array(keep), values, pa.scalar(None, values.type))


_CASTS: dict[str, Callable[[pa.Array], Cast]] = {
    "text": _text,
    "list": _list,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}


def filled(column: Column, values: pa.Array) -> pa.Array:
    """`values` in the column's type with its default where there is none."""
    values = values.cast(ARROW_TYPES[column.kind])
    if column.default is None:
        return values
    return pc.fill_null(values, pa.scalar(column.default, ARROW_TYPES[column.kind]))
