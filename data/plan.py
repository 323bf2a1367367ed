"""A plan: a frozen list of changes with their reasons, and the base that they start from.

Preview shows and commit writes the same tables; neither computes anything of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

import pyarrow as pa

from data.eligibility import RuleStamp
from data.objective import Objective
from data.scenario import Scenario
from data.scope import Scope
from data.slot import Slot
from data.visit import VISITS_TOUCHED, ExistingVisits

PlanState = Literal[
    "draft",
    "solving",
    "ready",
    "waiting",
    "committing",
    "committed",
    "failed",
    "cancelled",
    "expired",
    "stale",
    "reverted",
    "rejected",
    "revised",
]
"""`waiting`: for the consent of others; `revised`: another plan that people changed took its place."""

STATEMENTS = pa.schema(
    [
        ("action", pa.string()),
        ("kind", pa.string()),
        ("patient_id", pa.string()),
        ("facility_id", pa.string()),
        ("level", pa.string()),
        ("role", pa.string()),
        ("from_provider_id", pa.string()),
        ("to_provider_id", pa.string()),
        ("row_id", pa.int64()),
        ("reason", pa.string()),
        ("covers_provider_id", pa.string()),
        ("ends_on", pa.date32()),
    ]
)
"""What is written. `action`: `open` (close row `row_id` on the effective day where it is not 0, open a new
row of `kind` patient or facility for `to_provider_id`, or of `kind` coverage for who stands in for
`covers_provider_id`; until `ends_on`, if given), `withdraw` (take row `row_id` back) or `restore`
(believe row `row_id`, superseded by a plan that is being undone, again)."""

MOVES = pa.schema(
    [
        ("patient_id", pa.string()),
        ("facility_id", pa.string()),
        ("action", pa.string()),
        ("from_provider_id", pa.string()),
        ("to_provider_id", pa.string()),
        ("via", pa.string()),
        ("row_id", pa.int64()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("miles_before", pa.float64()),
        ("miles_after", pa.float64()),
    ]
)
"""What it means for each patient whose provider changes. `action` assign (had nobody) or move; `via`
the kind of statement that carries it; `row_id` the row that names the present owner (0: none)."""

LEFT = pa.schema(
    [
        ("patient_id", pa.string()),
        ("provider_id", pa.string()),
        ("considered", pa.int64()),
        ("eligible", pa.int64()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("ways_out", pa.string()),
    ]
)
"""Patients left without a provider at work; `provider_id` is a departed owner, null where there was none."""

REVIEW = pa.schema(
    [
        ("patient_id", pa.string()),
        ("provider_id", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
    ]
)
"""Patients who stay although something speaks against it; a person should look."""

LOADS = pa.schema(
    [
        ("limit_id", pa.string()),
        ("title", pa.string()),
        ("unit", pa.string()),
        ("provider_id", pa.string()),
        ("before", pa.float64()),
        ("after", pa.float64()),
        ("target", pa.float64()),
        ("maximum", pa.float64()),
    ]
)
"""Use of every limit by every provider, before and after; null where a limit is not set."""

DECISIONS = pa.schema(
    [
        ("patient_id", pa.string()),
        ("from_provider_id", pa.string()),
        ("proposed_provider_id", pa.string()),
        ("decision", pa.string()),
        ("to_provider_id", pa.string()),
        ("rules", pa.string()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us", "UTC")),
    ]
)
"""What people decided about single patients before the commit. `decision`: `rejected` (the proposed provider
is refused, the patient stays), `retargeted` (goes to `to_provider_id` instead) or `pending` (would, once the
requested exceptions to `rules`, by id and comma, are approved; until then the patient stays)."""

PLAN_TABLES: Mapping[str, pa.Schema] = {
    "statements": STATEMENTS,
    "moves": MOVES,
    "left": LEFT,
    "review": REVIEW,
    "loads": LOADS,
    "decisions": DECISIONS,
    "visits": VISITS_TOUCHED,
}


@dataclass(frozen=True)
class TermValue:
    """One term of the objective in points, before (doing nothing) and after."""

    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Outcome:
    """What the solver said: why it stopped, what it holds, what is proved (in points)."""

    termination: str
    value: float
    bound: float
    gap: float
    seconds: float
    seed: int
    detail: str = ""


@dataclass(frozen=True)
class Counts:
    """The summary line. Every patient of the population is in exactly one of assign, move, keep and left."""

    population: int
    in_scope: int
    assign: int
    move: int
    keep: int
    left: int
    review: int
    statements: int


@dataclass(frozen=True)
class PlanHeader:
    """Everything about a plan but its rows. `kind` is the preset's name, or `revert`.

    `base_revision` is the store's revision that the plan was made from; `created_at` has a time zone.
    `reverts` names the plan that this one undoes, `revises` the one whose place it took. With `review_on`,
    the rows that it opens are temporary and to be reviewed by that day.
    """

    plan_id: str
    kind: str
    title: str
    slot: Slot
    as_of: date
    effective_on: date
    base_revision: int
    created_at: datetime
    actor: str
    counts: Counts
    scope: Scope = field(default=Scope())
    scenario: Scenario = field(default=Scenario())
    objective: Objective | None = None
    rules: RuleStamp | None = None
    outcome: Outcome | None = None
    terms: tuple[TermValue, ...] = ()
    notes: tuple[str, ...] = ()
    reverts: str = ""
    snapshot_digest: str = ""
    revises: str = ""
    existing_visits: ExistingVisits = field(default=ExistingVisits())
    review_on: date | None = None


@dataclass(frozen=True)
class Plan:
    """Header and rows. Missing tables are empty; every table has exactly its schema."""

    header: PlanHeader
    tables: Mapping[str, pa.Table]

    def __post_init__(self) -> None:
        complete = {name: self.tables.get(name, schema.empty_table()) for name, schema in PLAN_TABLES.items()}
        wrong = [name for name, table in complete.items() if not table.schema.equals(PLAN_TABLES[name])]
        if wrong or set(self.tables) - set(PLAN_TABLES):
            raise ValueError(
                f"plan tables with another schema than documented: {wrong or sorted(self.tables)}"
            )
        object.__setattr__(self, "tables", complete)

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    @property
    def plan_id(self) -> str:
        """Id of the plan."""
        return self.header.plan_id

    def renamed(self, **changes: object) -> "Plan":
        """The same plan with other header fields."""
        return replace(self, header=replace(self.header, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class PlanRecord:
    """A stored plan's header, where it stands, and who moved it there when."""

    header: PlanHeader
    state: PlanState
    changed_at: datetime
    changed_by: str
    committed_revision: int = 0
