"""YAML text with the place of every node kept."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from rules.diagnostics import Diagnostic

Path = tuple[str | int, ...]

MOST_TEXT = 2_000_000
"""Characters of one file; the largest pack has 20,000."""

MOST_NODES = 200_000
"""Nodes of one document, counted where aliases stand too, so that a few lines cannot become billions."""


@dataclass(frozen=True)
class Spot:
    """Where a node starts (line and column from 0) and how its text is written."""

    line: int
    column: int
    style: str | None = None


@dataclass(frozen=True)
class Source:
    """One YAML document: its plain value and the spots of its nodes and keys by path."""

    file: str
    lines: tuple[str, ...]
    value: object
    values: dict[Path, Spot]
    keys: dict[Path, Spot]

    def spot(self, path: Path) -> Spot:
        """The spot of a path, or of the nearest node around it."""
        while path not in self.values and path:
            path = path[:-1]
        return self.values.get(path, Spot(0, 0))

    def diagnostic(
        self, path: Path, code: str, text: str, hint: str = "", *, key: bool = False
    ) -> Diagnostic:
        """A problem at a path (`key`: at the key in place of its value)."""
        spot = self.keys.get(path) if key else None
        return self._at(spot or self.spot(path), code, text, hint)

    def inside(self, path: Path, line: int, column: int, code: str, text: str, hint: str = "") -> Diagnostic:
        """A problem inside a text, `line` (from 1) and `column` (from 0) counted in that text.

        Folded and escaped scalars do not keep columns; a problem in them is reported at their start.
        """
        spot = self.spot(path)
        if spot.style == "|":
            row = spot.line + line
            indent = len(self.lines[row]) - len(self.lines[row].lstrip()) if row < len(self.lines) else 0
            first = next((each for each in self.lines[spot.line + 1 :] if each.strip()), "")
            indent = min(indent, len(first) - len(first.lstrip()))
            return self._at(Spot(row, indent + column), code, text, hint)
        if spot.style in (None, '"', "'") and line == 1:
            offset = column + (spot.style is not None)
            return self._at(Spot(spot.line, spot.column + offset), code, text, hint)
        return self._at(spot, code, text, hint)

    def _at(self, spot: Spot, code: str, text: str, hint: str) -> Diagnostic:
        source = self.lines[spot.line] if spot.line < len(self.lines) else ""
        return Diagnostic(self.file, spot.line + 1, spot.column + 1, code, text, hint, source)


def read_documents(file: str, text: str) -> tuple[list[Source], list[Diagnostic]]:
    """Every YAML document of one text; empty ones are skipped. Syntax errors become diagnostics."""
    if len(text) > MOST_TEXT:
        problem = f"the file has {len(text):,} characters, at most {MOST_TEXT:,}; split it"
        return [], [Diagnostic(file, 1, 1, "too-large", problem)]
    lines = tuple(text.splitlines())
    sources: list[Source] = []
    problems: list[Diagnostic] = []
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        spot = Spot(before.count("\n"), len(before) - before.rfind("\n") - 1)
        said = f"the character {chr(int(error.character))!r} may not stand in YAML"
        return [], [source_error(file, lines, spot, said)]
    try:
        while loader.check_node():
            node = loader.get_node()
            values: dict[Path, Spot] = {}
            keys: dict[Path, Spot] = {}
            source = Source(file, lines, None, values, keys)
            if node is None:
                continue
            problems += _index(source, node, ())
            value = loader.construct_document(node)
            if value is not None:
                sources.append(Source(file, lines, value, values, keys))
    except _TooLargeError:
        text = f"a document has more than {MOST_NODES:,} values (aliases count each time)"
        problems.append(Diagnostic(file, 1, 1, "too-large", text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        spot = Spot(mark.line, mark.column) if mark else Spot(0, 0)
        problems.append(source_error(file, lines, spot, error.problem or str(error)))
    except (ValueError, OverflowError) as error:  # a day that no calendar has, say
        problems.append(source_error(file, lines, Spot(0, 0), f"a value cannot be read: {error}"))
    except RecursionError:
        problems.append(source_error(file, lines, Spot(0, 0), "values are nested too deeply"))
    finally:
        loader.dispose()
    return sources, problems


def source_error(file: str, lines: tuple[str, ...], spot: Spot, text: str) -> Diagnostic:
    """A problem of the YAML text itself."""
    line = lines[spot.line] if spot.line < len(lines) else ""
    return Diagnostic(file, spot.line + 1, spot.column + 1, "yaml", text, "", line)


class _TooLargeError(Exception):
    """A document has more than MOST_NODES nodes."""


def _index(source: Source, node: yaml.Node, path: Path) -> Iterator[Diagnostic]:
    if len(source.values) >= MOST_NODES:
        raise _TooLargeError
    style = node.style if isinstance(node, yaml.ScalarNode) else None
    source.values[path] = Spot(node.start_mark.line, node.start_mark.column, style)
    if isinstance(node, yaml.SequenceNode):
        for position, each in enumerate(node.value):
            yield from _index(source, each, (*path, position))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, each in node.value:
            name = str(key.value)
            inner = (*path, name)
            source.keys[inner] = Spot(key.start_mark.line, key.start_mark.column)
            if name in seen and name != "<<":
                yield source.diagnostic(inner, "duplicate-key", f"{name} is given twice", key=True)
            seen.add(name)
            yield from _index(source, each, inner)
