"""What a principal sees, and what a plan of theirs changes, as FHIR."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc

from api.access_sight import Sight
from api.access_store import GuardedStore
from data.columns import TABLES
from data.fhir.attribution import attribution_of, groups
from data.fhir.folder import STREAMS, lines, manifest
from data.fhir.update import transactions
from data.plan import Plan
from data.snapshot import Snapshot


def seen(sight: Sight) -> Snapshot:
    """The snapshot with the rows in sight alone."""
    whole = sight.snapshot
    return Snapshot(whole.as_of, {name: sight.rows(name) for name in TABLES}, whole.revision)


def groups_of(store: GuardedStore, plan_id: str) -> Iterator[str]:
    """A plan as attribution lists, a Group a practice in sight."""
    plan, source = _seen_plan(store, plan_id)
    return groups(attribution_of(source, plan))


def transactions_of(store: GuardedStore, plan_id: str) -> Iterator[str]:
    """What a plan changes of patients in sight, as transactions for another system."""
    return transactions(_seen_plan(store, plan_id)[0])


def _seen_plan(store: GuardedStore, plan_id: str) -> tuple[Plan, Snapshot]:
    plan = store.plan(plan_id)
    sight = Sight(store.principal, store.input_of(plan.plan_id))
    source = seen(sight)
    moves = plan.tables["moves"]
    inside = pc.is_in(moves["patient_id"], value_set=source.patients["patient_id"].combine_chunks())
    return Plan(plan.header, {**plan.tables, "moves": moves.filter(inside)}), source


def write_export(store: GuardedStore, as_of: date, at: datetime, directory: Path) -> list[Path]:
    """What stands on a day, a file a type with a manifest; the paths written."""
    snapshot = seen(store.sight(as_of))
    directory.mkdir(parents=True, exist_ok=True)
    files = {kind: f"{kind}.ndjson" for kind in STREAMS}
    for kind, name in files.items():
        with (directory / name).open("wb") as file:
            file.writelines(lines(snapshot, kind))
    store.note(at, store.principal.actor, "export", "FHIR")
    return _with_manifest(directory, files, at)


def write_plan(store: GuardedStore, plan_id: str, at: datetime, directory: Path) -> list[Path]:
    """A plan as groups and as transactions, each in a file of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    told = {f"group-{n:04d}.json": text for n, text in enumerate(groups_of(store, plan_id), 1)}
    told |= {f"transaction-{n:04d}.json": text for n, text in enumerate(transactions_of(store, plan_id), 1)}
    for name, text in told.items():
        (directory / name).write_text(text + "\n", encoding="utf-8")
    store.note(at, store.principal.actor, "export", f"plan {plan_id} FHIR")
    return [directory / name for name in told]


def _with_manifest(directory: Path, files: dict[str, str], at: datetime) -> list[Path]:
    import json

    path = directory / "manifest.json"
    told = manifest(at.isoformat(), "panelwise fhir", files, protected=False)
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return [*(directory / name for name in files.values()), path]
