"""Options that several commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="SQLite file of the store, or postgresql://... [default: panelwise.db, or $PANELWISE_DB]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON for programs")]
RulesPath = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="more rule documents for this run: a YAML file or a folder of them"),
]
Day = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="look from this day [default: today]"),
]
Level = Annotated[str, typer.Option(help="primary, program:ID or specialty:CODE")]
Role = Annotated[str, typer.Option(help="physician, care_manager, ...")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="how many work side by side [default: 1, or all of a cluster]"),
]
ExecutorName = Annotated[
    str,
    typer.Option(
        "--executor",
        envvar="PANELWISE_EXECUTOR",
        help="threads, processes, or a Dask cluster's address such as tcp://HOST:8786",
    ),
]
ShowAll = Annotated[bool, typer.Option("--all", help="show every row")]


def day_of(moment: datetime | None) -> date:
    """The day given, or today."""
    from api.clock import today

    return moment.date() if moment else today()
