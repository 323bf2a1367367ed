"""The CEL engine behind one door: nothing else imports `cel_expr_python`.

Evaluation errors are values of type ERROR, and exceeded iteration budgets are RuntimeErrors; both become
a `Failure`, never a truth value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from cel_expr_python import cel
from cel_expr_python.ext.ext_strings import ExtStrings
from google.protobuf.message import Message

from data.geography import miles_between, minutes_for
from rules.checked import unpack
from rules.environment import FUNCTIONS, VARIABLES
from rules.messages import PACKAGE, Messages

Activation: TypeAlias = cel.Activation
"""Values of variables, made by an engine for its programs."""

_LOCATION = re.compile(r"ERROR: <input>:(\d+):(-?\d+): (.*)$", re.MULTILINE)
_BUDGET = "budget exceeded"

TYPES = {name: kind for name, (kind, _) in VARIABLES.items()}
"""Types of the variables of rules."""

ROW_LIST, COLUMN_LIST = "all_rows", "all_columns"
"""Variables that hold the records of a grid."""

ROWS, COLUMNS = 40, 20
"""Patients and providers of one grid call; CEL's lists grow by copying, so that short ones are fastest."""


class ExpressionError(Exception):
    """An expression that does not compile; `problems` are (line from 1, column from 0, text)."""

    def __init__(self, problems: list[tuple[int, int, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(text for _, _, text in problems))


@dataclass(frozen=True)
class Failure:
    """An evaluation that ended in an error."""

    text: str


class Program:
    """A compiled expression; `kind` is the name of its type as CEL prints it."""

    def __init__(self, expression: cel.Expression, text: str) -> None:
        self._expression = expression
        self.text = text
        self.kind: str = expression.return_type().name()

    def checked(self) -> Message:
        """The checked syntax tree."""
        return unpack(self._expression.serialize())

    def evaluate(self, activation: Activation) -> object:
        """The value in an activation of its engine, or a Failure."""
        try:
            value = self._expression.eval(activation)
        except RuntimeError as error:
            return Failure(str(error))
        if value.type() == cel.Type.ERROR:
            return Failure(_plain(value.value()))
        return value.plain_value()


class Engine:
    """Compiles and evaluates expressions over the records of one `Messages`.

    `variables` are types by name; `row` and `column` are those that vary over the rows and the columns of
    a grid.
    """

    def __init__(
        self,
        messages: Messages,
        variables: Mapping[str, str] = TYPES,
        row: str = "patient",
        column: str = "provider",
    ) -> None:
        self.messages = messages
        self._row, self._column = row, column
        types = {name: _type(kind) for name, kind in variables.items()}
        lists = {
            name: cel.Type.List(types[each])
            for name, each in ((ROW_LIST, row), (COLUMN_LIST, column))
            if each in types
        }
        self._single = self._new(types)
        self._bulk = self._new({**types, **lists})

    def _new(self, variables: dict[str, cel.Type]) -> cel.Env:
        return cel.NewEnv(
            self.messages.pool, variables=variables, extensions=[ExtStrings()], functions=_functions()
        )

    def compile(self, text: str) -> Program:
        """Parse and type-check. Raises ExpressionError."""
        return Program(_compiled(self._single, text), text)

    def part(self, serialized: bytes, text: str) -> Program:
        """A program of a serialized sub-expression."""
        return Program(self._single.deserialize(serialized), text)

    def activation(self, values: Mapping[str, Any]) -> Activation:
        """Values of variables, for any number of programs."""
        return self._single.Activation(dict(values))

    def grid(
        self,
        text: str,
        constants: Mapping[str, Any],
        patients: Sequence[Any] | None,
        providers: Sequence[Any] | None,
        values: npt.NDArray[Any],
    ) -> npt.NDArray[np.bool_]:
        """Evaluate a text for every patient with every provider into `values`; returns where it failed.

        None in place of a list means that the text does not read that record; `values` is then one
        long on that axis.
        """
        inner = f"({text}\n)"
        if providers is not None:
            inner = f"{COLUMN_LIST}.map({self._column}, {inner})"
        if patients is not None:
            inner = f"{ROW_LIST}.map({self._row}, {inner})"
        grid = _Grid(_compiled(self._bulk, inner), dict(constants), patients, providers, values)
        grid.run()
        return grid.failed


class _Grid:
    """One bulk evaluation in blocks; a block that fails is halved down to the pairs that fail."""

    def __init__(
        self,
        expression: cel.Expression,
        constants: dict[str, Any],
        patients: Sequence[Any] | None,
        providers: Sequence[Any] | None,
        values: npt.NDArray[Any],
    ) -> None:
        self.expression, self.constants = expression, constants
        self.patients, self.providers, self.values = patients, providers, values
        self.failed = np.zeros(values.shape, np.bool_)
        self.columns = COLUMNS

    def run(self) -> None:
        rows, columns = self.values.shape
        for row in range(0, rows, ROWS):
            column = 0
            while column < columns:
                end = min(column + self.columns, columns)
                self._block(row, min(row + ROWS, rows), column, end)
                column = end

    def _block(self, top: int, bottom: int, left: int, right: int) -> None:
        data = dict(self.constants)
        if self.patients is not None:
            data[ROW_LIST] = self.patients[top:bottom]
        if self.providers is not None:
            data[COLUMN_LIST] = self.providers[left:right]
        try:
            value = self.expression.eval(data=data)
            if value.type() != cel.Type.ERROR:
                block = np.asarray(value.plain_value(), self.values.dtype).reshape(bottom - top, right - left)
                self.values[top:bottom, left:right] = block
                return
        except (RuntimeError, TypeError) as error:  # TypeError: null where a truth value should be
            if _BUDGET in str(error) and self.columns > 1:
                self.columns //= 2
        self._halve(top, bottom, left, right)

    def _halve(self, top: int, bottom: int, left: int, right: int) -> None:
        if bottom - top > 1:
            middle = (top + bottom) // 2
            self._block(top, middle, left, right)
            self._block(middle, bottom, left, right)
        elif right - left > 1:
            middle = (left + right) // 2
            self._block(top, bottom, left, middle)
            self._block(top, bottom, middle, right)
        else:
            self.failed[top, left] = True


def midnight(day: date) -> datetime:
    """A day as the engine's timestamp."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _compiled(environment: cel.Env, text: str) -> cel.Expression:
    try:
        return environment.compile(text)
    except RuntimeError as error:
        found = _LOCATION.findall(str(error))
        problems = [(int(line), max(int(column) - 1, 0), message) for line, column, message in found]
        raise ExpressionError(problems or [(1, 0, str(error))]) from None


def _plain(text: object) -> str:
    """An error's text without the engine's status code."""
    return re.sub(r"^[A-Z_]+: ", "", str(text))


def _type(kind: str) -> cel.Type:
    scalars = {
        "string": cel.Type.STRING,
        "int": cel.Type.INT,
        "double": cel.Type.DOUBLE,
        "bool": cel.Type.BOOL,
        "timestamp": cel.Type.TIMESTAMP,
    }
    return scalars[kind] if kind in scalars else cel.Type(f"{PACKAGE}.{kind}")


def _functions() -> list[cel.FunctionDecl]:
    implementations = {"geo.miles": _miles, "geo.minutes": _minutes}
    return [
        cel.FunctionDecl(
            each.name,
            [
                cel.Overload(
                    each.name.replace(".", "_"),
                    return_type=_type(each.result),
                    parameters=[_type(kind) for kind in each.arguments],
                    impl=implementations[each.name],
                )
            ],
        )
        for each in FUNCTIONS
    ]


def _degrees(place: Message) -> tuple[float, float]:
    if not (place.HasField("latitude") and place.HasField("longitude")):
        raise ValueError("the place is not known")
    return place.latitude.value, place.longitude.value


def _miles(place: Message, other: Message) -> float:
    one, two = (np.array(_degrees(each)) for each in (place, other))
    return float(miles_between(one[:1], one[1:], two[:1], two[1:])[0])


def _minutes(place: Message, other: Message) -> float:
    return float(minutes_for(np.array([_miles(place, other)]))[0])
