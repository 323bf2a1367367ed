"""What an expression can read: records, their fields and types, functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from data.columns import (
    ABSENCES,
    CREDENTIALS,
    FACILITIES,
    LICENSES,
    PARTICIPATIONS,
    PATIENTS,
    PROVIDERS,
    TABLES,
    Column,
    TableSpec,
)
from rules.facts import SCOPES

Type = Literal["string", "int", "double", "bool", "timestamp", "list(string)"] | str


@dataclass(frozen=True)
class Field:
    """One field of a record.

    `type` is a CEL type, `list(Record)` or the name of a record. A field that is not `given` may be
    empty: a scalar is then null, a date is unset (test it with has), a list is empty.
    """

    name: str
    type: Type
    about: str
    given: bool = False


@dataclass(frozen=True)
class Function:
    """A function of the language; arguments are types."""

    name: str
    arguments: tuple[str, ...]
    result: str
    about: str


_TYPES = {
    "text": "string",
    "integer": "int",
    "number": "double",
    "date": "timestamp",
    "boolean": "bool",
    "list": "list(string)",
}


def _field(column: Column) -> Field:
    given = column.required or column.default is not None or column.kind == "list"
    return Field(column.name, _TYPES[column.kind], column.about, given)


def _fields(table: TableSpec, without: Iterable[str] = ()) -> tuple[Field, ...]:
    return tuple(_field(column) for column in table.columns if column.name not in without)


LISTED: dict[str, tuple[str, TableSpec]] = {
    "licenses": ("License", LICENSES),
    "credentials": ("Credential", CREDENTIALS),
    "participations": ("Participation", PARTICIPATIONS),
    "absences": ("Absence", ABSENCES),
}
"""Fields of a provider that hold the rows of another table: record and table."""

RECORDS: dict[str, tuple[Field, ...]] = {
    "Place": (
        Field("latitude", "double", "Degrees north"),
        Field("longitude", "double", "Degrees east"),
    ),
    **{record: _fields(table, without=("provider_id",)) for record, table in LISTED.values()},
    "Facility": _fields(FACILITIES),
    "Patient": (
        *_fields(PATIENTS),
        Field("age", "int", "Age in years on as_of"),
        Field(
            "place", "Place", "Place of care: the facility's where the patient has one, else home", given=True
        ),
        Field("care_state", "string", "State of the place of care: the facility's, else the home's"),
        Field("facility", "Facility", "Facility where the patient is seen; unset where there is none"),
    ),
    "Provider": (
        *_fields(PROVIDERS),
        Field("place", "Place", "Base of the provider", given=True),
        *(Field(name, f"list({each})", table.about, given=True) for name, (each, table) in LISTED.items()),
    ),
    "Slot": (
        Field("level", "string", "primary, program:ID or specialty:CODE", given=True),
        Field("role", "string", "Role that is filled", given=True),
        Field("program", "string", "Program's id, empty for other levels", given=True),
        Field("specialty", "string", "Specialty's code, empty for other levels", given=True),
    ),
}
"""Every record of the language."""

ARROW_OF = {
    "string": pa.string(),
    "int": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.date32(),
}
"""Arrow type of a column behind a scalar field."""

RECORDS |= {
    scope.record: tuple(Field(each.name, each.type, each.about, each.given) for each in scope.fields)
    for scope in SCOPES.values()
}

VARIABLES: dict[str, tuple[str, str]] = {
    "patient": ("Patient", "The patient of the pair"),
    "provider": ("Provider", "The provider of the pair"),
    "slot": ("Slot", "The slot that is planned"),
    "as_of": ("timestamp", "The day that is looked at, midnight UTC"),
    "params": ("Params", "Parameters of the documents"),
}
"""Variables at the top of every expression: type and what it is."""

FUNCTIONS = (
    Function(
        "geo.miles", ("Place", "Place"), "double", "Great-circle miles; an error where a place is unknown"
    ),
    Function(
        "geo.minutes",
        ("Place", "Place"),
        "double",
        "Estimated minutes by car; an error where a place is unknown",
    ),
)
"""Functions beside those of CEL and its string extension."""


def field_of(record: str, name: str) -> Field | None:
    """The field of a record, None where it has none of that name."""
    return next((each for each in RECORDS.get(record, ()) if each.name == name), None)


def default_of(record: str, name: str) -> str | float | bool | None:
    """Default of the column behind a field, None where there is none."""
    tables = {"Patient": "patients", "Provider": "providers", "Facility": "facilities"}
    tables |= {each: table.name for each, table in LISTED.values()}
    columns = TABLES[tables[record]].columns if record in tables else ()
    return next((column.default for column in columns if column.name == name), None)


def reference() -> list[tuple[str, str, str]]:
    """Name, type and meaning of every variable, field and function, in reading order."""
    rows: list[tuple[str, str, str]] = []
    for variable, (kind, about) in VARIABLES.items():
        rows.append((variable, kind, about))
        rows += _reference(variable, kind)
    for function in FUNCTIONS:
        rows.append((f"{function.name}({', '.join(function.arguments)})", function.result, function.about))
    return rows


def finding_reference() -> list[tuple[str, str, str]]:
    """The same for findings: every scope and its fields."""
    rows: list[tuple[str, str, str]] = []
    for name, scope in SCOPES.items():
        rows.append((name, scope.record, scope.about))
        rows += _reference(name, scope.record)
    return rows


def _reference(prefix: str, record: str) -> Iterable[tuple[str, str, str]]:
    for each in RECORDS.get(record, ()):
        empty = "" if each.given else ", may be empty"
        yield f"{prefix}.{each.name}", each.type + empty, each.about
        inner = each.type.removeprefix("list(").removesuffix(")")
        if inner in RECORDS:
            items = "[]" if each.type.startswith("list(") else ""
            yield from _reference(f"{prefix}.{each.name}{items}", inner)
