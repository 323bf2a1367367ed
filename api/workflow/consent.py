"""Whose word a plan needs before its commit: a manager's approval, acceptance by who gets patients."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from api.access_store import GuardedStore
from api.workflow.approval import accepted_across_agencies, objections
from api.workflow.decide import Rulebook
from data.plan import Plan
from data.refusals import REVISABLE, check_consents
from data.review import HANDED_OVER, Consent, ConsentKind, ConsentState
from data.snapshot import Snapshot
from data.store import Store

Party = tuple[str, str]
"""Agency and practice of a provider, empty where there is none."""


def ask_for_consents(store: Store, plan: Plan, rulebook: Rulebook, actor: str, at: datetime) -> None:
    """Ask whoever must agree and has not been asked yet; the plan is `waiting` then.

    ConsentMissingError, with everybody whom the plan still waits for, unless all have agreed.
    """
    known = store.consents(plan.plan_id)
    asked = {each.key for each in known}
    new = [each for each in needed(store, plan, rulebook, actor, at) if each.key not in asked]
    if new:
        store.ask_consents(new, actor, at)
        known = store.consents(plan.plan_id)
    check_consents(plan.plan_id, known)


def needed(store: Store, plan: Plan, rulebook: Rulebook, actor: str, at: datetime) -> list[Consent]:
    """Every consent that the plan needs when this store's principal commits it, given already or not."""
    found = []
    why = objections(rulebook, plan)
    if why:
        found.append(Consent(plan.plan_id, "approval", why, actor, at))
    for (agency, practice), moves in _handed_over(store, plan, rulebook).items():
        count = pc.count_distinct(moves["patient_id"]).as_py()
        why = (f"{count} patients come from others",)
        found.append(
            Consent(plan.plan_id, "acceptance", why, actor, at, agency, practice, count, moves=moves)
        )
    return found


def submit(store: Store, plan_id: str, rulebook: Rulebook, actor: str, at: datetime) -> list[Consent]:
    """Hand a plan in for consent without committing it; what it waits for (nothing: it may be committed)."""
    record = store.record(plan_id)
    plan = store.plan(record.header.plan_id)
    known = {each.key for each in store.consents(plan.plan_id)}
    new = [each for each in needed(store, plan, rulebook, actor, at) if each.key not in known]
    if new:
        store.ask_consents(new, actor, at)
    return store.consents(plan.plan_id)


def decide(
    store: GuardedStore,
    plan_id: str,
    kind: ConsentKind,
    state: ConsentState,
    actor: str,
    at: datetime,
    reason: str = "",
    party: Party | None = None,
) -> list[Consent]:
    """Give or refuse what a plan waits for; those consents as they are now.

    Of acceptances all those that the principal can decide, or only that of `party`. A plan whose approval
    is refused is `rejected`. NotFoundError where there is nothing to decide.
    """
    asked = [each for each in store.consents() if each.plan_id.startswith(plan_id) and each.kind == kind]
    whole = [each for each in asked if each.plan_id == plan_id] or asked
    mine = [each for each in whole if each.state == "asked" and party in (None, each.key[2:])]
    if not mine:  # says what there is, or that there is nothing
        agency, practice = party or (whole[0].key[2:] if whole else ("", ""))
        found = store.consent((whole[0].plan_id if whole else plan_id, kind, agency, practice))
        return [store.decide_consent(found.key, state, actor, at, reason)]
    own = [each for each in mine if kind == "approval" or store.receives(each)] or mine[:1]
    decided = [store.decide_consent(each.key, state, actor, at, reason) for each in own]
    if kind == "approval" and state == "refused":
        store.set_state(decided[0].plan_id, REVISABLE, "rejected", actor, at, reason)
    return decided


def reject(store: Store, plan_id: str, actor: str, at: datetime, reason: str) -> None:
    """Refuse a whole plan; nothing of it is remembered as a rejected pair."""
    store.set_state(plan_id, REVISABLE, "rejected", actor, at, reason)


def _handed_over(store: Store, plan: Plan, rulebook: Rulebook) -> dict[Party, pa.Table]:
    """The moves that need somebody's acceptance, by who has to accept them."""
    foreign, asked = _foreign(store, plan), accepted_across_agencies(rulebook)
    if not foreign and not asked:
        return {}
    snapshot, rows = store.snapshot(plan.header.as_of), _rows(plan)
    across = _across(snapshot, rows) if asked else set()
    provider = dict(_parties(snapshot))
    parties: dict[Party, list[dict[str, object]]] = {}
    for row in rows:
        target = str(row["to_provider_id"])
        if target in foreign or (row["patient_id"], target) in across:
            parties.setdefault(provider.get(target, ("", "")), []).append(row)
    return {party: pa.Table.from_pylist(parties[party], schema=HANDED_OVER) for party in sorted(parties)}


def _foreign(store: Store, plan: Plan) -> set[str]:
    """Providers who get somebody, out of the principal's sight."""
    if not (isinstance(store, GuardedStore) and store.principal.confined):
        return set()
    targets = pc.unique(plan["statements"]["to_provider_id"].drop_null()).to_pylist()
    sight = store.sight(plan.header.as_of)
    return {each for each in targets if not sight.sees("providers", each)}


def _rows(plan: Plan) -> list[dict[str, object]]:
    """What everybody gets: each move, and each new default of a facility (without a patient)."""
    day, names = plan.header.effective_on, ("patient_id", "from_provider_id", "to_provider_id", "reason")
    moves = plan["moves"].filter(pc.is_valid(plan["moves"]["to_provider_id"]))
    moved = set(moves["to_provider_id"].to_pylist())
    others = [
        {name: row[name] for name in names}
        for row in plan["statements"].to_pylist()
        if row["to_provider_id"] and row["to_provider_id"] not in moved
    ]
    return [{**row, "effective_on": day} for row in (*moves.select(names).to_pylist(), *others)]


def _parties(snapshot: Snapshot) -> Iterable[tuple[str, Party]]:
    """Agency and practice of every provider; the practice's agency where the provider has none."""
    practices = snapshot["practices"]
    agency_of = dict(
        zip(practices["practice_id"].to_pylist(), practices["agency_id"].to_pylist(), strict=True)
    )
    providers = snapshot.providers
    for key, practice, agency in zip(
        *(providers[name].to_pylist() for name in ("provider_id", "practice_id", "agency_id")), strict=True
    ):
        yield key, (agency or agency_of.get(practice) or "", practice or "")


def _across(snapshot: Snapshot, rows: Iterable[dict[str, object]]) -> set[tuple[object, str]]:
    """Pairs whose provider belongs to another agency than the patient's practice."""
    practices = snapshot["practices"]
    agency_of = dict(
        zip(practices["practice_id"].to_pylist(), practices["agency_id"].to_pylist(), strict=True)
    )
    facility = snapshot.facilities
    practice_at = dict(
        zip(facility["facility_id"].to_pylist(), facility["practice_id"].to_pylist(), strict=True)
    )
    patients = snapshot.patients
    home = {
        patient: agency_of.get(practice or practice_at.get(there))
        for patient, practice, there in zip(
            *(patients[name].to_pylist() for name in ("patient_id", "practice_id", "facility_id")),
            strict=True,
        )
    }
    provider = dict(_parties(snapshot))
    found: set[tuple[object, str]] = set()
    for row in rows:
        own, target = home.get(row["patient_id"]), str(row["to_provider_id"])
        theirs = provider.get(target, ("", ""))[0]
        if own and theirs and own != theirs:
            found.add((row["patient_id"], target))
    return found
