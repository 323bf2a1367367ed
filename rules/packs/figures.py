"""Figures that ship with packs, read as package data."""

from importlib import resources

import pyarrow as pa
from pyarrow import csv

ADEQUACY = ("criteria", "counties", "customized", "specialties")
"""Tables of 42 CFR 422.116; `network_adequacy/SOURCES.md` says what each holds."""

_TEXT = {"specialty_code": pa.string(), "ssa_code": pa.string(), "hsd_code": pa.string()}


def adequacy_figures() -> dict[str, pa.Table]:
    """The tables of `ADEQUACY` by name."""
    folder = resources.files(__package__).joinpath("network_adequacy")
    options = csv.ConvertOptions(column_types=_TEXT | {"evaluated_as": pa.string()})
    return {
        name: csv.read_csv(pa.py_buffer(folder.joinpath(f"{name}.csv").read_bytes()), convert_options=options)
        for name in ADEQUACY
    }
