"""Undoing a committed plan: the statements that take back what still stands."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from data.ledger import ROWS, SUBJECT, Entries, overlaps, touched_by
from data.order import SEPARATOR, joined
from data.plan import STATEMENTS


@dataclass(frozen=True)
class Reversal:
    """`statements` (withdraw, restore) undo a plan; `kept` says in sentences what stays as it is, and why."""

    statements: pa.Table
    kept: tuple[str, ...]


def reversal(opened: pa.Table, superseded: pa.Table, believed: pa.Table, reason: str = "") -> Reversal:
    """What takes back a plan's rows: `opened` and `superseded` by it (columns `HISTORY`).

    `believed` are the rows believed now, with `row_id`. A subject is taken back whole or not at all: where
    a row that the plan opened was superseded since, or something else now fills the time of a row to be
    restored, everything of that subject stays.
    """
    changed = pc.unique(joined(opened.filter(pc.is_valid(opened["superseded_at"])), SUBJECT))
    withdrawn, restored = _without(opened, changed), _without(superseded, changed)
    tried = Entries(withdrawn["row_id"].combine_chunks(), restored.select(ROWS.names))
    taken = pc.unique(joined(overlaps(touched_by(tried, believed)), SUBJECT))
    withdrawn, restored = _without(withdrawn, taken), _without(restored, taken)
    kept = [f"{each} was changed since by somebody else and stays" for each in _named(changed)]
    kept += [f"{each} has another assignment by now and stays" for each in _named(taken)]
    statements = [_statements("withdraw", withdrawn, reason), _statements("restore", restored, reason)]
    return Reversal(pa.concat_tables(statements), tuple(kept))


def _without(rows: pa.Table, subjects: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(joined(rows, SUBJECT), value_set=subjects)))


def _named(subjects: pa.Array) -> list[str]:
    parts = [subject.split(SEPARATOR) for subject in sorted(subjects.to_pylist())]
    return [
        f"{kind} {patient or facility or covered} ({level}, {role})"
        for kind, patient, facility, covered, level, role in parts
    ]


def _statements(action: str, rows: pa.Table, reason: str) -> pa.Table:
    count = rows.num_rows
    nobody = pa.nulls(count, pa.string())
    columns = {name: rows[name] for name in (*SUBJECT, "row_id")} | {
        "action": pa.repeat(pa.scalar(action), count),
        "from_provider_id": rows["provider_id"] if action == "withdraw" else nobody,
        "to_provider_id": rows["provider_id"] if action == "restore" else nobody,
        "reason": pa.repeat(pa.scalar(reason), count),
        "ends_on": pa.nulls(count, pa.date32()),
    }
    return pa.table([columns[name] for name in STATEMENTS.names], schema=STATEMENTS)
