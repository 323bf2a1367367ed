"""Where answers go: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

SHOWN = 20
"""Rows of a long table that are shown unless more are asked for."""


def screen() -> Console:
    """Standard output."""
    return Console(soft_wrap=False, highlight=False)


def margin() -> Console:
    """Standard error: progress and errors, so that standard output can be piped."""
    return Console(stderr=True, highlight=False)


def emit(as_json: bool, payload: object, show: Callable[[Console], None]) -> None:
    """Print the payload as JSON, or let `show` draw it."""
    if as_json:
        json.dump(plain(payload), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        show(screen())


def plain(value: object) -> object:
    """The value in JSON's types: tables become lists of records, dates ISO text, missing values null."""
    if value is None or isinstance(value, (str, int)):  # most are
        return value
    if isinstance(value, pa.Table):
        return plain(value.to_pylist())
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict(orient="records"))
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if value is pd.NaT:
        return None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], most: int = SHOWN) -> Table:
    """A table; columns whose name begins with `#` hold numbers and are right-aligned."""
    drawn = Table(
        title=title or None, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    for name in columns:
        number = name.startswith("#")
        drawn.add_column(
            name.removeprefix("#"),
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=number,
            min_width=None if number else min(len(name), 12),
        )
    listed = list(rows)
    for row in listed[:most]:
        drawn.add_row(*(text(cell) for cell in row))
    if len(listed) > most:
        drawn.caption = f"{len(listed) - most:,} more; see them with --all or --json"
        drawn.caption_justify = "left"
    return drawn


def text(cell: object) -> str:
    """A cell for people: thousands separated, two decimals at most, nothing for missing values."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NaT:
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return "yes" if cell else "no"
    if isinstance(cell, (int, np.integer)):
        return f"{cell:,}"
    if isinstance(cell, (float, np.floating)):
        return f"{cell:,.2f}".rstrip("0").rstrip(".")
    return str(cell).replace("[", r"\[")


def percent(share: float) -> str:
    """A share in per cent, precise where it is small: 0.04 %, 3.1 %, 87 %."""
    value = share * 100
    digits = 0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2
    return f"{value:.{digits}f} %"
