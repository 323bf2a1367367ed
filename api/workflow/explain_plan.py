"""Why a plan is as it is: moves and refusals by reason, one patient, one provider, and what would help."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from api.errors import RequestError
from api.workflow.decide import Decided, Rulebook
from api.workflow.propose import Request, gather
from api.workflow.relief import licenses_that_help
from data.plan import Plan
from data.store import Store
from solver.build import Planning
from solver.carry import flow_of_providers, planned_providers
from solver.options import Option, options_of
from solver.params import Params
from solver.prices import Help, Price, helps, prices, ranked
from solver.repair import repair
from solver.result import Result

NO_RULES = "The rules have changed since the plan was made; prices and options are by the rules of now."


@dataclass(frozen=True)
class Group:
    """Patients with one reason code: how many, and the sentence of one of them."""

    code: str
    patients: int
    example: str


@dataclass(frozen=True)
class PlanReasons:
    """A plan at a glance, and where one more place, license or hire helps most (the best first)."""

    plan_id: str
    moves: tuple[Group, ...]
    left: tuple[Group, ...]
    helps: tuple[Help, ...]
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class PatientReasons:
    """One patient: what happens (`moves`, `assigned`, `left` or `stays`), why, and the alternatives.

    `ways_out` is for those who are left. `options` are all providers whom the rules allow, the cheapest
    first, with the price of the room that each takes.
    """

    plan_id: str
    patient_id: str
    outcome: str
    provider_id: str
    reason_code: str
    reason: str
    ways_out: str
    options: tuple[Option, ...]
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class LoadOfLimit:
    """One limit of one provider before and after the plan; `price` is what one more unit is worth."""

    limit_id: str
    title: str
    unit: str
    before: float
    after: float
    maximum: float | None
    price: float


@dataclass(frozen=True)
class ProviderReasons:
    """One provider: loads with the prices of more room, and who comes and goes for which reasons."""

    plan_id: str
    provider_id: str
    loads: tuple[LoadOfLimit, ...]
    comes: tuple[Group, ...]
    goes: tuple[Group, ...]
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Ground:
    """A kept plan, with its problem built again from the input that was kept with it."""

    plan: Plan
    request: Request
    decided: Decided
    planning: Planning
    result: Result
    notes: tuple[str, ...]


def ground(store: Store, plan_id: str, rulebook: Rulebook, params: Params) -> Ground:
    """Build the plan's problem again and price it, beginning with what the plan does."""
    plan = store.plan(plan_id)
    header = plan.header
    if header.objective is None:
        raise RequestError((f"plan {plan.plan_id} is a revert; explain the plan that it undoes",))
    request = Request(
        header.kind,
        header.as_of,
        header.effective_on,
        header.actor,
        header.slot,
        header.scope,
        header.scenario,
        params,
    )
    decided, planning = gather(store.input_of(plan.plan_id), request, rulebook, header.objective)
    wanted = planned_providers(plan, decided.snapshot, decided.standing.owner)
    result = repair(planning.problem, flow_of_providers(planning, wanted), params)
    stamp = header.rules
    notes = () if stamp is None or stamp.digest == decided.eligibility.rules.digest else (NO_RULES,)
    return Ground(plan, request, decided, planning, result, notes)


def explain_plan(store: Store, plan_id: str, rulebook: Rulebook, params: Params, most: int) -> PlanReasons:
    """Reasons of the whole plan; half of the time goes into pricing, half into trying what helps."""
    half = replace(params, seconds=params.seconds / 2)
    of = ground(store, plan_id, rulebook, half)
    found = list(helps(of.planning, of.result, most, replace(half, gap=0.0)))
    found += licenses_that_help(store, rulebook, of.request, of.plan, of.planning, of.result, most, half)
    return PlanReasons(
        of.plan.plan_id,
        groups(of.plan["moves"], "reason_code", "reason"),
        groups(of.plan["left"], "reason_code", "reason"),
        ranked(found)[: 2 * most],
        of.notes,
    )


def explain_patient(
    store: Store, plan_id: str, rulebook: Rulebook, params: Params, patient_id: str
) -> PatientReasons:
    """One patient of the plan; RequestError where there is no such patient."""
    of = ground(store, plan_id, rulebook, params)
    row = of.decided.snapshot.position("patients", patient_id)
    if row < 0:
        raise RequestError((f"no patient {patient_id!r}",))
    outcome, provider, code, reason, ways_out = _outcome(of, patient_id, row)
    options = options_of(of.planning, of.result, row, provider)
    return PatientReasons(
        of.plan.plan_id, patient_id, outcome, provider, code, reason, ways_out, options, of.notes
    )


def _outcome(of: Ground, patient_id: str, row: int) -> tuple[str, str, str, str, str]:
    """What happens, with whom, the code, the sentence and the ways out."""
    move = _first(of.plan["moves"], patient_id)
    if move:
        word = "assigned" if move["action"] == "assign" else "moves"
        return word, move["to_provider_id"], move["reason_code"], move["reason"], ""
    left = _first(of.plan["left"], patient_id)
    if left:
        return "left", "", left["reason_code"], left["reason"], left["ways_out"]
    owner = of.decided.standing.owner[row]
    provider = of.decided.snapshot.provider_ids[owner] if owner >= 0 else ""
    review = _first(of.plan["review"], patient_id)
    if review:
        return "stays", provider, review["reason_code"], review["reason"], ""
    return "stays", provider, "", "Nothing speaks for a change that is worth a move.", ""


def explain_provider(
    store: Store, plan_id: str, rulebook: Rulebook, params: Params, provider_id: str
) -> ProviderReasons:
    """One provider of the plan; RequestError where there is no such provider."""
    of = ground(store, plan_id, rulebook, params)
    row = of.decided.snapshot.position("providers", provider_id)
    if row < 0:
        raise RequestError((f"no provider {provider_id!r}",))
    worth = {each.limit_id: each for each in prices(of.planning, of.result) if each.provider == row}
    loads = of.plan["loads"].filter(pc.equal(of.plan["loads"]["provider_id"], provider_id)).to_pylist()
    moves = of.plan["moves"]
    return ProviderReasons(
        of.plan.plan_id,
        provider_id,
        tuple(_load(each, worth.get(each["limit_id"])) for each in loads),
        groups(_those(moves, "to_provider_id", provider_id), "reason_code", "reason"),
        groups(_those(moves, "from_provider_id", provider_id), "reason_code", "reason"),
        of.notes,
    )


def _load(row: dict[str, object], price: Price | None) -> LoadOfLimit:
    maximum = row["maximum"]
    return LoadOfLimit(
        str(row["limit_id"]),
        str(row["title"]),
        str(row["unit"]),
        float(str(row["before"])),
        float(str(row["after"])),
        None if maximum is None else float(str(maximum)),
        price.points if price else 0.0,
    )


def groups(table: pa.Table, code: str, text: str) -> tuple[Group, ...]:
    """Rows counted by their code, the most frequent first."""
    counted: Iterable[dict[str, object]] = (
        table.group_by(code, use_threads=False)
        .aggregate([(text, "first"), (text, "count")])
        .sort_by([(f"{text}_count", "descending"), (code, "ascending")])
        .to_pylist()
    )
    return tuple(
        Group(str(each[code]), int(str(each[f"{text}_count"])), str(each[f"{text}_first"]))
        for each in counted
    )


def _those(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.filter(pc.fill_null(pc.equal(table[column], value), False))


def _first(table: pa.Table, patient_id: str) -> dict[str, str]:
    found = _those(table, "patient_id", patient_id).slice(0, 1).to_pylist()
    return found[0] if found else {}
