"""Whatever came in goes out and comes in again unchanged."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.columns import TABLES
from data.intake import read_folder, write_folder
from data.intake.cells import cleaned_lists
from data.snapshot import Snapshot

AS_OF = date(2026, 11, 21)

TEXT = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters='\n",;|'),
        min_size=1,
        max_size=8,
    )
    .map(str.strip)
    .filter(bool)
)
ELEMENT = TEXT.map(lambda text: text.replace("|", "_").strip()).filter(bool)
IDS = st.lists(TEXT, max_size=5, unique=True)
DATES = st.dates(date(1000, 1, 1), date(9999, 12, 31))
NUMBERS = st.floats(0, 1e12, allow_nan=False)


def patient(identity):
    return st.fixed_dictionaries(
        {
            "patient_id": st.just(identity),
            "name": st.none() | TEXT,
            "birth_date": st.none() | st.dates(AS_OF - timedelta(days=40000), AS_OF),
            "active": st.booleans(),
            "state": st.none() | st.sampled_from(["MA", "RI"]),
            "latitude": st.none() | st.floats(-90, 90),
            "longitude": st.none() | st.floats(-180, 180),
            "acuity": st.integers(1, 5),
            "needs": st.lists(ELEMENT, max_size=3, unique=True),
            "panel_weight": NUMBERS,
            "visits_per_month": NUMBERS,
            "minutes_per_visit": NUMBERS,
            "transition_until": st.none() | DATES,
            "tenure_months": st.integers(0, 2**50),
        }
    )


PATIENTS = IDS.flatmap(lambda ids: st.tuples(*map(patient, ids)))


@pytest.mark.parametrize("form", ["csv", "parquet"])
@settings(max_examples=60)
@given(rows=PATIENTS)
def test_every_table_of_patients_reads_back_identical(form, rows):
    empty = {"programs": [], "insurances": []}
    schema = TABLES["patients"].schema
    table = pa.Table.from_pylist([row | empty for row in rows], schema).sort_by("patient_id").combine_chunks()
    with TemporaryDirectory() as directory:
        written = write_folder(Snapshot(AS_OF, {"patients": table}), Path(directory), form)
        assert len(written) == (1 if rows else 0)
        if rows:
            again = read_folder(Path(directory), AS_OF).tables["patients"]
            assert again.to_pylist() == table.to_pylist()
            assert again.schema == schema


@given(st.lists(st.none() | st.lists(st.none() | st.sampled_from(["", " ", "a", " a", "b", "c "]))))
def test_cleaned_lists_hold_each_trimmed_text_once_in_order(lists):
    expected = [list(dict.fromkeys(e.strip() for e in each or () if e and e.strip())) for each in lists]
    assert cleaned_lists(pa.array(lists, pa.list_(pa.string()))).to_pylist() == expected
