"""Reading a checked CEL expression: a small descriptor of `cel.expr.CheckedExpr` and walks over it.

Message and field numbers are those of the public `cel/expr/syntax.proto` and `cel/expr/checked.proto`;
only the parts that the compiler reads are declared, the rest is kept as unknown fields, so that a
sub-expression packed again is complete.
"""

from collections.abc import Iterator

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_F = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "panelwise.checked"
_SCALARS = {"int64": _F.TYPE_INT64, "int32": _F.TYPE_INT32, "string": _F.TYPE_STRING, "bool": _F.TYPE_BOOL}

# message: field lines "number name type", with * for repeated and map<int64, type> for maps
_MESSAGES: dict[str, str] = {
    "CheckedExpr": "3 type_map map:Type; 5 source_info SourceInfo; 4 expr Expr",
    "SourceInfo": "4 positions map:int32",
    "Type": "3 primitive int32; 4 wrapper int32; 9 message_type string",
    "Expr": (
        "2 id int64; 4 ident_expr Ident; 5 select_expr Select; 6 call_expr Call; 7 list_expr CreateList; "
        "8 struct_expr CreateStruct; 9 comprehension_expr Comprehension"
    ),
    "Ident": "1 name string",
    "Select": "1 operand Expr; 2 field string; 3 test_only bool",
    "Call": "1 target Expr; 2 function string; 3 args Expr*",
    "CreateList": "1 elements Expr*",
    "CreateStruct": "2 entries Entry*",
    "Entry": "3 map_key Expr; 4 value Expr",
    "Comprehension": (
        "2 iter_range Expr; 4 accu_init Expr; 5 loop_condition Expr; 6 loop_step Expr; 7 result Expr"
    ),
}

BOOL, INT, DOUBLE, STRING = 1, 2, 4, 5
"""Values of `PrimitiveType`."""


def _add_map(message: Message, name: str, number: int, value: str) -> None:
    entry_name = "".join(part.title() for part in name.split("_")) + "Entry"
    entry = message.nested_type.add(name=entry_name)
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=1, type=_F.TYPE_INT64)
    _add_field(entry, "value", 2, value)
    type_name = f".{_PACKAGE}.{message.name}.{entry_name}"
    message.field.add(name=name, number=number, label=3, type=_F.TYPE_MESSAGE, type_name=type_name)


def _add_field(message: Message, name: str, number: int, kind: str) -> None:
    label = 3 if kind.endswith("*") else 1
    kind = kind.rstrip("*")
    if kind in _SCALARS:
        message.field.add(name=name, number=number, label=label, type=_SCALARS[kind])
    else:
        type_name = f".{_PACKAGE}.{kind}"
        message.field.add(name=name, number=number, label=label, type=_F.TYPE_MESSAGE, type_name=type_name)


def _checked_class() -> type[Message]:
    file = descriptor_pb2.FileDescriptorProto(
        name="panelwise/checked.proto", package=_PACKAGE, syntax="proto2"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for line in fields.split("; "):
            number, field, kind = line.split(" ")
            if kind.startswith("map:"):
                _add_map(message, field, int(number), kind.removeprefix("map:"))
            else:
                _add_field(message, field, int(number), kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.CheckedExpr"))


CheckedExpr = _checked_class()
"""Class of the message; `expr`, `type_map` and `source_info.positions` are declared."""


def unpack(serialized: bytes) -> Message:
    """The CheckedExpr inside a serialized expression."""
    packed = any_pb2.Any()
    packed.ParseFromString(serialized)
    return CheckedExpr.FromString(packed.value)


def pack(checked: Message, part: Message) -> bytes:
    """A serialized expression that is only `part` of `checked`."""
    whole = CheckedExpr()
    whole.CopyFrom(checked)
    whole.expr.CopyFrom(part)
    packed = any_pb2.Any(type_url="type.googleapis.com/cel.expr.CheckedExpr", value=whole.SerializeToString())
    return packed.SerializeToString()


def children(part: Message) -> Iterator[Message]:
    """Direct sub-expressions."""
    if part.HasField("select_expr"):
        yield part.select_expr.operand
    elif part.HasField("call_expr"):
        if part.call_expr.HasField("target"):
            yield part.call_expr.target
        yield from part.call_expr.args
    elif part.HasField("list_expr"):
        yield from part.list_expr.elements
    elif part.HasField("struct_expr"):
        for entry in part.struct_expr.entries:
            if entry.HasField("map_key"):
                yield entry.map_key
            yield entry.value
    elif part.HasField("comprehension_expr"):
        loop = part.comprehension_expr
        yield from (loop.iter_range, loop.accu_init, loop.loop_condition, loop.loop_step, loop.result)


def walk(part: Message) -> Iterator[Message]:
    """The expression and everything inside, outermost first."""
    yield part
    for child in children(part):
        yield from walk(child)


def function_of(part: Message) -> str:
    """Name of the function that is called, empty for other expressions."""
    return part.call_expr.function if part.HasField("call_expr") else ""


def record_of(checked: Message, part: Message) -> str:
    """Record that an expression yields, empty where it yields something else."""
    kind: str = checked.type_map[part.id].message_type if part.id in checked.type_map else ""
    return kind.removeprefix("panelwise.") if kind.startswith("panelwise.") else ""


def is_select_of(checked: Message, part: Message, record: str) -> bool:
    """Whether an expression is a field of a record."""
    return bool(part.HasField("select_expr")) and record_of(checked, part.select_expr.operand) == record
