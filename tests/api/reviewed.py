"""A small clinic with plans to review, and what tests do with them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from api.access import Principal, local_principal
from api.access_store import GuardedStore
from api.settings import Settings
from api.wiring import texts_in_force
from api.workflow.commit import commit
from api.workflow.decide import Rulebook
from api.workflow.propose import Request, propose
from api.workflow.review import Verdict, review
from data.memory import MemoryStore
from data.store import Store
from solver.params import Params
from solver.solve import solve
from tests.api.service import DAY, NOON, tables_of
from tests.builders import snapshot

SINCE = {"starts_on": date(2026, 1, 1)}


def clinic():
    """A2 and A3, and the household of A4 and A5, have nobody; A1 has P1.

    P3 is of another agency, P4 has no license.
    Everybody may have P1 or P2 (room for 10 each) or P3 (room for 10).
    """
    providers = {"P1": ("PR1", "AG1"), "P2": ("PR1", "AG1"), "P3": ("PR2", "AG2"), "P4": ("PR1", "AG1")}
    return snapshot(
        DAY,
        agencies=[{"agency_id": "AG1"}, {"agency_id": "AG2"}],
        practices=[
            {"practice_id": "PR1", "agency_id": "AG1"},
            {"practice_id": "PR2", "agency_id": "AG2"},
        ],
        providers=[
            {"provider_id": each, "practice_id": practice, "agency_id": agency, "max_panel": 10.0}
            for each, (practice, agency) in providers.items()
        ],
        licenses=[{"provider_id": each, "state": "MA", "type": "MD"} for each in ("P1", "P2", "P3")],
        patients=[
            {"patient_id": each, "practice_id": "PR1", "state": "MA", "household_id": household}
            for each, household in (("A1", None), ("A2", None), ("A3", None), ("A4", "H1"), ("A5", "H1"))
        ],
        assignments=[{"patient_id": "A1", "provider_id": "P1"} | SINCE],
        visits=[
            {"visit_id": "V1", "patient_id": "A1", "provider_id": "P1", "on": DAY + timedelta(days=9)},
            {"visit_id": "V2", "patient_id": "A1", "provider_id": "P1", "on": DAY + timedelta(days=30)},
            {"visit_id": "V3", "patient_id": "A1", "provider_id": "P1", "on": DAY - timedelta(days=1)},
            {"visit_id": "V4", "patient_id": "A2", "provider_id": "P1", "on": DAY + timedelta(days=9)},
        ],
    )


@dataclass
class Bench:
    """A store and its rules; `texts` are more rule documents by file."""

    store: Store
    texts: dict[str, str]

    @property
    def rules(self) -> Rulebook:
        return rulebook_of(tuple(sorted(self.texts.items())))

    def guarded(self, principal: Principal | None = None) -> GuardedStore:
        return GuardedStore(self.store, principal or local_principal("ann"))

    def propose(self, preset="fill_gaps", principal=None, **wish):
        request = Request(preset, DAY, wish.pop("on", DAY), "ann", params=Params(work=1.0, gap=0.0), **wish)
        return propose(self.guarded(principal), request, self.rules, NOON, engine, lambda _: None)

    def review(self, plan, *verdicts, actor="rea", principal=None, today=DAY, at=NOON):
        store = self.guarded(principal)
        return review(store, plan.plan_id, verdicts, self.rules, actor, at, today)

    def commit(self, plan, principal=None, at: datetime = NOON, today: date = DAY):
        guarded = self.guarded(principal)
        return commit(guarded, plan.plan_id, self.rules, guarded.principal.actor, at, today)


@cache
def rulebook_of(texts):
    """The shipped rules and some more, compiled once for all tests."""
    return Rulebook.of(texts_in_force(Settings("nowhere.db", "ann")) | dict(texts))


def engine(problem, params, warm_start, hear):
    return solve(problem, replace(params, work=1.0), warm_start, on_progress=hear)


def bench(of=None, store=None) -> Bench:
    """A store in memory (or another) with the tables of a snapshot."""
    store = store or MemoryStore()
    store.import_tables(tables_of(of or clinic()), "ann", NOON)
    return Bench(store, {})


def targets(plan):
    """Who gets whom."""
    moves = plan["moves"]
    return dict(zip(moves["patient_id"].to_pylist(), moves["to_provider_id"].to_pylist(), strict=True))


def no(*patients, reason="family asked"):
    return Verdict(patients, reason)


def to(provider, *patients, reason="family asked"):
    return Verdict(patients, reason, provider)
