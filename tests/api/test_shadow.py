"""What other rules would change, by hand on three patients and two providers."""

from datetime import UTC, date, datetime

from api.workflow.decide import Rulebook
from api.workflow.propose import Request, computed
from api.workflow.shadow import LimitEffect, shadow
from data.slot import Slot
from rules.packs import pack_text
from solver.params import Params
from solver.solve import solve
from tests.builders import assigned, snapshot
from tests.rules.written import binding, limit, limit_set, rule, rule_set

WORLD = snapshot(
    date(2026, 6, 15),
    patients=[
        {"patient_id": "A", "language": "es"},
        {"patient_id": "B", "language": "en"},
        {"patient_id": "C", "language": "fr"},
    ],
    providers=[{"provider_id": "P", "languages": ["en"]}, {"provider_id": "Q", "languages": ["en", "es"]}],
    assignments=[assigned("A", "P"), assigned("B", "P")],
)
EASY = Rulebook.of({"r.yaml": rule_set(rule("true"))})
STRICT = {"r.yaml": rule_set(rule("patient.language in provider.languages"))}


def test_a_stricter_rule_says_who_loses_whom():
    said = shadow(WORLD, EASY, Rulebook.of(STRICT), Slot())
    # before: 3 x 2; after: A has Q, B has P and Q, C nobody: A loses 1, C loses 2
    assert (said.patients, said.pairs_before, said.pairs_after) == (3, 6, 3)
    assert (said.pairs_lost, said.pairs_gained, said.losing) == (3, 0, 2)
    assert said.stranded.to_pylist() == [{"patient_id": "C", "provider_id": None, "rules": ""}]
    assert said.failing.to_pylist() == [{"patient_id": "A", "provider_id": "P", "rules": "r"}]
    assert (said.freed.num_rows, said.mended.num_rows) == (0, 0)
    assert [(each.rule_id, each.passed, each.failed) for each in said.rules] == [("r", 3, 3)]


def test_the_way_back_is_the_mirror():
    said = shadow(WORLD, Rulebook.of(STRICT), EASY, Slot())
    assert (said.pairs_lost, said.pairs_gained) == (0, 3)
    assert said.freed["patient_id"].to_pylist() == ["C"]
    assert said.mended.to_pylist() == [{"patient_id": "A", "provider_id": "P", "rules": "r"}]


def test_a_rule_in_shadow_mode_changes_nothing_and_is_counted():
    said = shadow(WORLD, EASY, Rulebook.of(STRICT | {"b.yaml": binding(mode="shadow")}), Slot())
    assert (said.pairs_lost, said.failing.num_rows, said.stranded.num_rows) == (0, 0, 0)
    assert [(each.rule_id, each.failed, each.lonely) for each in said.rules] == [("r", 3, 1)]


def test_a_rule_in_shadow_mode_is_looked_at_as_if_it_were_enforced_where_that_is_asked_for():
    quiet = Rulebook.of(STRICT | {"b.yaml": binding(mode="shadow")})
    new, enforced = quiet.enforced()
    assert enforced == ("bound",)
    assert new.digest != quiet.digest
    said = shadow(WORLD, quiet, new, Slot(), enforced=enforced)
    assert (said.pairs_lost, said.failing["patient_id"].to_pylist()) == (3, ["A"])
    assert quiet.enforced(["other.yaml"]) == (quiet, ())


WOUNDS = limit_set(limit(id="wounds", sum="1.0", max="1.0", when=["patient.acuity >= 4"]))
CARED = snapshot(
    date(2026, 6, 15),
    patients=[
        *({"patient_id": each, "acuity": 4} for each in "ABCD"),
        {"patient_id": "E", "acuity": 1},
    ],
    providers=[{"provider_id": "P"}, {"provider_id": "Q"}, {"provider_id": "R", "ends_on": date(2026, 1, 1)}],
    assignments=[assigned("A", "P"), assigned("B", "P"), assigned("C", "Q"), assigned("E", "P")],
)


def planned(book):
    day, at = CARED.as_of, datetime(2026, 6, 15, tzinfo=UTC)
    request = Request("fill_gaps", day, day, "ann", params=Params(work=1.0))

    def engine(problem, params, start, report):
        return solve(problem, params, start, on_progress=report)

    return computed(CARED, request, book, at, engine, lambda _: None)


def test_a_limit_in_shadow_mode_says_who_is_over_it_and_who_could_not_be_placed():
    base = pack_text("objectives") | {"r.yaml": rule_set(rule("provider.active", id="active"))}
    at_first = {"l.yaml": WOUNDS, "b.yaml": binding(limitSet="limitset", mode="shadow")}
    new, enforced = Rulebook.of(base | at_first).enforced()
    said = shadow(CARED, Rulebook.of(base), new, Slot(), planned, enforced)
    # P has A and B where 1 is allowed, Q is at it; R, who has left, has none. So D finds nobody.
    assert said.limits == (LimitEffect("wounds", "Panel", "weight", limited=3, full=2, over=1, excess=1.0),)
    assert said.over.to_pylist() == [{"limit_id": "wounds", "provider_id": "P", "used": 2.0, "maximum": 1.0}]
    assert (said.before.counts.left, said.after.counts.left) == (0, 1)
    assert said.unplaced["patient_id"].to_pylist() == ["D"]
    assert said.after.value > said.before.value


def test_a_limit_that_stays_as_it_is_has_no_effect_to_tell():
    base = {"r.yaml": rule_set(rule("true")), "l.yaml": WOUNDS}
    said = shadow(CARED, Rulebook.of(base), Rulebook.of(base), Slot())
    assert (said.limits, said.over.num_rows, said.before) == ((), 0, None)
