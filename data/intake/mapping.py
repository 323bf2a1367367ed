"""Foreign CSV exports, read by a mapping that is data; `synthea.yaml` shows all that it can say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from data.columns import TABLES
from data.intake.cells import cleaned_lists, truth
from data.intake.csv import read_csv, read_header
from data.intake.draft import Draft, RawTable
from data.intake.issue import IssueLog
from data.intake.specialty import trade
from data.intake.typed import typed

MAPPINGS = ("synthea",)
"""Formats that are known, each a YAML file of that name."""


@dataclass(frozen=True)
class ForeignFormat:
    """One foreign format: which files it has and how their columns become ours."""

    name: str
    files: Mapping[str, Mapping[str, Any]]

    def matches(self, file: Path) -> bool:
        """Whether a file has the name and the columns of this format."""
        spec = self.files.get(file.stem.lower())
        if spec is None or file.suffix.lower() != ".csv":
            return False
        return {name.lower() for name in spec["columns"]} <= set(read_header(file))


@cache
def formats() -> tuple[ForeignFormat, ...]:
    """All known formats."""
    texts = [
        resources("data.intake").joinpath(f"{name}.yaml").read_text(encoding="utf-8") for name in MAPPINGS
    ]
    return tuple(ForeignFormat(**yaml.safe_load(text)) for text in texts)


def read_mapped(mapping: ForeignFormat, files: list[Path], as_of: date, log: IssueLog) -> dict[str, Draft]:
    """Tables that the files of a foreign format give."""
    raws = {file.stem.lower(): raw for file in files if (raw := read_csv(file, log)) is not None}
    drafts: dict[str, Draft] = {}
    for name, raw in raws.items():
        kept = _without_skipped(raw, mapping.files[name].get("skip", {}))
        for table, columns in mapping.files[name].get("tables", {}).items():
            taken = {column: _taken(kept.columns, source) for column, source in columns.items()}
            drafts[table] = typed(TABLES[table], RawTable(taken, kept.origin), log)
    for name, raw in raws.items():
        for spec in mapping.files[name].get("lists", ()):
            if spec["table"] in drafts:
                lists = _gathered(drafts[spec["table"]], raw, spec, as_of, log)
                drafts[spec["table"]] = drafts[spec["table"]].with_columns(**{spec["column"]: lists})
    return drafts


def _without_skipped(raw: RawTable, skip: Mapping[str, list[str]]) -> RawTable:
    keep = np.ones(len(raw.origin), bool)
    for header, values in skip.items():
        keep &= ~truth(pc.is_in(raw.columns[header.lower()], value_set=pa.array(values)))
    rows = np.flatnonzero(keep)
    columns = {name: values.take(pa.array(rows)) for name, values in raw.columns.items()}
    return RawTable(columns, raw.origin.take(rows))


def _taken(columns: Mapping[str, pa.Array], source: str | Mapping[str, Any]) -> pa.Array:
    """One column of ours, as the mapping says."""
    if isinstance(source, str):
        return columns[source.lower()]
    if "constant" in source:
        return pa.array([source["constant"]] * len(next(iter(columns.values()))), pa.string())
    if "join" in source:
        parts = [columns[name.lower()] for name in source["join"] if name.lower() in columns]
        return pc.binary_join_element_wise(*parts, " ", null_handling="skip")
    if "empty" in source:
        return pc.if_else(pc.is_null(columns[source["empty"].lower()]), "true", "false")
    if "specialty" in source:
        return _by_word(
            columns[source["specialty"].lower()], lambda word: "|".join(trade((), (word,)).specialties)
        )
    if "role" in source:
        return _by_word(columns[source["role"].lower()], lambda word: trade((), (word,)).role)
    return _translated(columns[source["from"].lower()], source)


def _by_word(words: pa.Array, meaning: Callable[[str], str]) -> pa.Array:
    """`meaning` of every text, asked once for each distinct one."""
    coded = words.dictionary_encode()
    return pa.array([meaning(word) for word in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _translated(values: pa.Array, source: Mapping[str, Any]) -> pa.Array:
    if "digits" in source:
        short = truth(pc.match_substring_regex(values, r"^[0-9]+$"))
        padded = pc.utf8_lpad(values, source["digits"], "0")
        return pc.if_else(pa.array(short), padded, values)
    table = source["values"]
    found = pc.index_in(values, value_set=pa.array(list(table)))
    otherwise = pa.scalar(source["other"]) if "other" in source else values
    return pc.coalesce(pa.array(list(table.values())).take(found), otherwise)


def _gathered(draft: Draft, raw: RawTable, spec: Mapping[str, Any], as_of: date, log: IssueLog) -> pa.Array:
    """The list column `spec` for every row of the draft: values whose years enclose the day, latest first."""
    key = draft.column(TABLES[draft.name].key[0])
    first, last = (_years(raw.columns[spec[name].lower()]) for name in ("from_year", "to_year"))
    row = pc.index_in(raw.columns[spec["key"].lower()], value_set=key)
    value = raw.columns[spec["value"].lower()]
    left_out = truth(pc.is_in(value, value_set=pa.array(spec.get("except", ()), pa.string())))
    raw.origin.report(
        log,
        np.flatnonzero(~truth(row.is_valid())),
        "dangling_reference",
        f"{draft.name} has no {spec['key']} of that id; the row is left out",
        f"Export all {draft.name}",
        column=spec["key"],
        severity="warning",
    )
    in_force = (first <= as_of.year) & (last >= as_of.year) & truth(row.is_valid()) & ~left_out
    chosen = np.flatnonzero(in_force)
    if not len(chosen):
        message = f"rows give {spec['column']}, but none in {as_of.year}"
        log.note(raw.origin.files[0], "none_in_force", len(first), message, "Read as of a year of the export")
    rows = row.take(pa.array(chosen)).to_numpy()
    order = np.lexsort((-first[chosen], rows))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(draft)))]).astype(np.int32)
    values = value.take(pa.array(chosen[order]))
    return cleaned_lists(pa.ListArray.from_arrays(pa.array(offsets), values))


def _years(cells: pa.Array) -> npt.NDArray[np.int64]:
    """Whole numbers; 0 for what is none."""
    shaped = pc.match_substring_regex(cells, r"^[0-9]{4}$")
    return pc.if_else(pc.fill_null(shaped, False), cells, "0").cast(pa.int64()).to_numpy()
