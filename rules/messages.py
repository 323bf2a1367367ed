"""Protobuf messages for the records of the language and for parameters.

Typed messages in place of dictionaries let the CEL checker refuse unknown fields and wrong types when
rules are loaded. Fields that may be empty are wrapper types (null when empty).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.message import Message

from rules.environment import RECORDS, Field

PACKAGE = "panelwise"
SECONDS_A_DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()

_F = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": (_F.TYPE_STRING, "StringValue"),
    "int": (_F.TYPE_INT64, "Int64Value"),
    "double": (_F.TYPE_DOUBLE, "DoubleValue"),
    "bool": (_F.TYPE_BOOL, "BoolValue"),
}

Fill = Callable[[Message, Any], None]
"""Puts a value that is not None into a message."""


class Messages:
    """The message classes of one set of documents; `params` maps names to the parameters' types."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self.pool = descriptor_pool.DescriptorPool()
        for module in (wrappers_pb2, timestamp_pb2):
            copied = descriptor_pb2.FileDescriptorProto()
            module.DESCRIPTOR.CopyToProto(copied)
            self.pool.Add(copied)
        self.pool.Add(_file(params))
        names = (*RECORDS, "Params")
        self._classes = {
            name: message_factory.GetMessageClass(self.pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
            for name in names
        }

    def new(self, record: str) -> Message:
        """An empty message of a record."""
        return self._classes[record]()

    def filled(self, record: str, values: Mapping[str, Any]) -> Message:
        """A message with values by field; None leaves a field empty."""
        message = self.new(record)
        for name, value in values.items():
            if value is not None:
                fill(record, name)(message, value)
        return message


def fill(record: str, name: str) -> Fill:
    """How values of a field are put into a message of that record."""
    field = next((each for each in RECORDS[record] if each.name == name), None)
    if field is None:
        raise KeyError(f"{record} has no field {name}")
    inner = field.type.removeprefix("list(").removesuffix(")")
    if inner in RECORDS:
        return _fill_records(name, inner) if field.type.startswith("list(") else _fill_record(name, inner)
    if field.type == "timestamp":
        return lambda message, value: set_day(getattr(message, name), value)
    if field.type.startswith("list("):
        return lambda message, value: getattr(message, name).extend(value)
    if field.given:
        return lambda message, value: setattr(message, name, value)
    return lambda message, value: setattr(getattr(message, name), "value", value)


def set_day(timestamp: Message, day: date) -> None:
    """Set a timestamp to midnight UTC of a day, including 1 January 1970, which is all zeros."""
    timestamp.SetInParent()
    timestamp.seconds = (day.toordinal() - EPOCH) * SECONDS_A_DAY


def _fill_record(name: str, record: str) -> Fill:
    fills = {field.name: fill(record, field.name) for field in RECORDS[record]}

    def put(message: Message, value: Mapping[str, Any]) -> None:
        inner = getattr(message, name)
        inner.SetInParent()
        for key, each in value.items():
            if each is not None:
                fills[key](inner, each)

    return put


def _fill_records(name: str, record: str) -> Fill:
    fills = {field.name: fill(record, field.name) for field in RECORDS[record]}

    def put(message: Message, value: list[Mapping[str, Any]]) -> None:
        for row in value:
            inner = getattr(message, name).add()
            for key, each in row.items():
                if each is not None:
                    fills[key](inner, each)

    return put


def _file(params: Mapping[str, str]) -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="panelwise/records.proto", package=PACKAGE, syntax="proto2"
    )
    file.dependency.extend(["google/protobuf/wrappers.proto", "google/protobuf/timestamp.proto"])
    records = dict(RECORDS)
    records["Params"] = tuple(Field(name, kind, "", given=True) for name, kind in params.items())
    for record, fields in records.items():
        message = file.message_type.add(name=record)
        for number, field in enumerate(fields, start=1):
            _declare(message, number, field)
    return file


def _declare(message: Message, number: int, field: Field) -> None:
    if field.type.startswith("map("):
        _declare_map(message, number, field)
        return
    repeated = field.type.startswith("list(")
    inner = field.type.removeprefix("list(").removesuffix(")")
    added = message.field.add(name=field.name, number=number, label=3 if repeated else 1)
    if inner in _SCALARS and (field.given or repeated):
        added.type = _SCALARS[inner][0]
        return
    added.type = _F.TYPE_MESSAGE
    if inner in _SCALARS:
        added.type_name = f".google.protobuf.{_SCALARS[inner][1]}"
    elif inner == "timestamp":
        added.type_name = ".google.protobuf.Timestamp"
    else:
        added.type_name = f".{PACKAGE}.{inner}"


def _declare_map(message: Message, number: int, field: Field) -> None:
    value = field.type.removeprefix("map(string,").removesuffix(")")
    entry_name = "".join(part.title() for part in field.name.split("_")) + "Entry"
    entry = message.nested_type.add(name=entry_name)
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=1, type=_F.TYPE_STRING)
    entry.field.add(name="value", number=2, label=1, type=_SCALARS[value][0])
    type_name = f".{PACKAGE}.{message.name}.{entry_name}"
    message.field.add(name=field.name, number=number, label=3, type=_F.TYPE_MESSAGE, type_name=type_name)


def param_type(value: object) -> str | None:
    """Type of a parameter's value: a scalar, a day, a list of scalars or a map to scalars; else None."""
    if isinstance(value, date):
        return "timestamp"
    if isinstance(value, list):
        kinds = {param_type(each) for each in value} or {"string"}
        kind = kinds.pop()
        return f"list({kind})" if not kinds and kind in _SCALARS else None
    if isinstance(value, dict):
        kinds = {param_type(each) for each in value.values()} or {"string"}
        kind = kinds.pop()
        text_keys = all(isinstance(key, str) for key in value)
        return f"map(string,{kind})" if not kinds and kind in _SCALARS and text_keys else None
    names = {bool: "bool", int: "int", float: "double", str: "string"}
    return names.get(type(value))


def params_message(messages: Messages, params: Mapping[str, Any]) -> Message:
    """The parameters as a message."""
    message = messages.new("Params")
    for name, value in params.items():
        if isinstance(value, date):
            set_day(getattr(message, name), value)
        elif isinstance(value, list):
            getattr(message, name).extend(value)
        elif isinstance(value, dict):
            getattr(message, name).update(value)
        else:
            setattr(message, name, value)
    return message
