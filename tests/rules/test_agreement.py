"""Bulk and single-pair evaluation must say the same, whatever the rules and the data."""

from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.slot import Slot
from data.snapshot import Snapshot
from rules.evaluator import evaluation
from rules.validate import Validator
from tests.builders import snapshot
from tests.rules.written import binding, compiled, limit, rule, waiver

DAY = date(2026, 6, 15)

CLAUSES = (
    "patient.active",
    "patient.state == 'MA'",
    "patient.region in provider.regions",
    "patient.language in provider.languages",
    "size(provider.regions) == 0",
    "provider.max_miles > 10.0",  # an error where it is empty
    "has(provider.max_miles)",
    "10 / (patient.acuity - 2) > 3",  # a division by zero for acuity 2
    "patient.age >= 65",
    "has(patient.facility)",
    "patient.facility.region == 'R1'",
    "patient.facility.required_credentials.all(c, provider.credentials.exists(h, h.credential == c))",
    "patient.needs.exists(n, n in provider.specialties)",
    "geo.miles(patient.place, provider.place) <= provider.max_miles",
    "geo.minutes(patient.place, provider.place) < 45.0",
    "10.0 < geo.miles(provider.place, patient.place)",
    "geo.miles(patient.place, provider.place) >= double(patient.acuity) * 10.0",
    "geo.miles(patient.place, provider.place) + provider.max_miles < 60.0",
    "provider.licenses.exists(l, l.state == patient.care_state)",
    "provider.licenses.exists(l, l.state == patient.state && has(l.expires_on) && l.expires_on > as_of)",
    "provider.licenses.exists(l, !(l.compact || 6 / (patient.acuity - 2) > 3) && l.number.startsWith('1'))",
    "provider.licenses.all(l, l.compact || 6 / (patient.acuity - 1) > 3)",
    "provider.licenses.all(l, l.number != patient.region)",
    "provider.licenses.exists(l, patient.active || 6 / (patient.acuity - 1) > 3)",
    "provider.licenses.exists_one(l, l.state == patient.care_state)",
    "provider.licenses.filter(l, l.compact).exists(l, l.state == patient.state)",
    "size(provider.licenses) > patient.acuity",
    (
        "has(provider.ends_on) && provider.licenses.exists(l, has(l.expires_on) "
        "&& !(l.expires_on > provider.ends_on))"
    ),
    "!has(provider.starts_on) || provider.starts_on <= as_of",
    "has(patient.birth_date) ? patient.birth_date < provider.starts_on : has(provider.starts_on)",
    "slot.role in provider.roles",
    "patient.state in params.states",
    "params.least[patient.state] <= patient.acuity",  # an error where the map has no such key
    "(patient.state == 'MA' ? provider.max_miles : 5.0) >= 5.0",
    "provider.absences.exists(a, a.starts_on <= as_of && (!has(a.ends_on) || a.ends_on > as_of))",
)

conditions = st.recursive(
    st.sampled_from(CLAUSES),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"{t[0]} && {t[1]} || {t[2]}"),
        inner.map(lambda text: f"!({text})"),
    ),
    max_leaves=5,
)

rules = st.fixed_dictionaries(
    {
        "expression": conditions,
        "when": st.lists(st.sampled_from(CLAUSES), max_size=2),
        "onError": st.sampled_from(["fail", "ignore"]),
        "standing": st.sampled_from(["check", "ignore"]),
        "actions": st.sampled_from([{}, {"solve": {"penalty": 7}}, {"solve": "ignore"}]),
    }
)


def maybe(values):
    return st.none() | st.sampled_from(values)


states, regions = ["MA", "NH"], ["R1", "R2"]
places = st.sampled_from([(None, None), (42.0, -71.0), (42.1, -71.3), (42.0, -71.0001), (None, -71.0)])
days = st.sampled_from([None, date(1970, 1, 1), date(1950, 6, 15), DAY, date(2027, 1, 1)])
lists = st.lists(st.sampled_from(regions), unique=True, max_size=2)
license_rows = st.lists(
    st.fixed_dictionaries(
        {"state": st.sampled_from(states), "number": maybe(["1", "R1"]), "expires_on": days},
        optional={"compact": st.booleans()},
    ),
    unique_by=lambda row: row["state"],
    max_size=2,
)
facilities = st.fixed_dictionaries(
    {"region": maybe(regions), "state": maybe(states), "place": places, "required_credentials": lists}
)
patients = st.fixed_dictionaries(
    {
        "state": maybe(states),
        "region": maybe(regions),
        "language": maybe(regions),
        "facility_id": maybe(["F0", "F1"]),
        "acuity": st.integers(1, 3),
        "needs": lists,
        "birth_date": days,
        "place": places,
        "active": st.sampled_from([True, True, False]),
        "visits_per_month": st.sampled_from([0.5, 1.0, 2.25]),
    }
)
providers = st.fixed_dictionaries(
    {
        "regions": lists,
        "languages": lists,
        "specialties": lists,
        "max_miles": maybe([0.0, 9.9, 16.8, 30.0]),
        "starts_on": days,
        "ends_on": days,
        "place": places,
        "licenses": license_rows,
        "credentials": lists,
        "absences": st.lists(days.filter(bool), unique=True, max_size=2),
        "max_panel": maybe([2.0, 4.0]),
    }
)


def placed(row):
    latitude, longitude = row["place"]
    listed = ("place", "licenses", "credentials", "absences")
    plain = {name: value for name, value in row.items() if name not in listed}
    return plain | {"latitude": latitude, "longitude": longitude}


@st.composite
def worlds(draw) -> Snapshot:
    those = draw(st.lists(patients, min_size=1, max_size=5))
    these = draw(st.lists(providers, min_size=1, max_size=4))
    there = draw(st.lists(facilities, min_size=2, max_size=2))
    given_ids = [f"P{row}" for row in range(len(these))]
    return snapshot(
        DAY,
        facilities=[
            {"facility_id": f"F{row}", "type": "snf"} | placed(each) for row, each in enumerate(there)
        ],
        patients=[{"patient_id": f"A{row}"} | placed(each) for row, each in enumerate(those)],
        providers=[
            {"provider_id": key, "roles": ["physician"]} | placed(each)
            for key, each in zip(given_ids, these, strict=True)
        ],
        licenses=[
            {"provider_id": key} | row
            for key, each in zip(given_ids, these, strict=True)
            for row in each["licenses"]
        ],
        credentials=[
            {"provider_id": key, "credential": name}
            for key, each in zip(given_ids, these, strict=True)
            for name in each["credentials"]
        ],
        absences=[
            {"provider_id": key, "starts_on": day}
            for key, each in zip(given_ids, these, strict=True)
            for day in each["absences"]
        ],
    )


WAIVABLE = {"by": ["manager"], "maxDays": 365}
waivers = st.fixed_dictionaries(
    {"rule": st.sampled_from(["r0", "r1"])},
    optional={"patient": st.sampled_from(["A0", "A1", "gone"]), "provider": st.sampled_from(["P0", "P1"])},
).filter(lambda each: len(each) > 1)
selectors = st.fixed_dictionaries(
    {},
    optional={
        "facilityTypes": st.just(["snf"]),
        "roles": st.sampled_from([["physician"], ["nurse", "physician"], ["nurse"]]),
        "levels": st.just(["primary"]),
    },
)
bindings = st.lists(
    st.fixed_dictionaries(
        {"selector": selectors, "mode": st.sampled_from(["enforce", "enforce", "warn", "shadow", "off"])},
        optional={"params": st.just({"states": ["NH"]})},
    ),
    max_size=2,
)

PARAMS = {"states": ["MA"], "least": {"MA": 2}}
LIMITS = [
    limit(sum="patient.panel_weight", max="provider.max_panel"),
    limit(
        id="hours",
        sum="patient.visits_per_month * (1.0 + geo.minutes(patient.place, provider.place)) / 60.0",
        max="provider.max_panel",
    ),
]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(worlds(), st.lists(rules, min_size=2, max_size=4), st.lists(waivers, max_size=2), bindings, st.data())
def test_bulk_and_single_pair_agree_for_every_rule_on_every_pair(world, written, waived, bound, data):
    named = [
        rule(each.pop("expression"), id=f"r{row}", waivable=WAIVABLE, **each)
        for row, each in enumerate(written)
    ]
    more = [waiver(f"w{row}", **each) for row, each in enumerate(waived)]
    more += [binding(f"b{row}", **each) for row, each in enumerate(bound)]
    made = compiled(*named, params=PARAMS, limits=LIMITS, more=more)
    count = len(world.provider_ids)
    standing = np.array(
        [data.draw(st.integers(-1, count - 1)) for _ in world.patient_ids],
        np.int32,
    )
    found = evaluation(made, world, Slot(), standing)
    eligibility, validator = found.eligibility, Validator(made, world, Slot())
    for who, patient in enumerate(world.patient_ids):
        row = eligibility.row[who]
        arcs = {}
        if row >= 0:
            for arc in range(eligibility.indptr[row], eligibility.indptr[row + 1]):
                arcs[int(eligibility.provider[arc])] = int(eligibility.penalty[arc])
        allowed = {}
        for whom, provider in enumerate(world.provider_ids):
            pair = validator.validate(patient, provider)
            assert found.verdicts(who, whom) == {each.rule_id: each.verdict for each in pair.rules}
            if pair.allowed:
                allowed[whom] = pair.penalty
        assert row < 0 or arcs == allowed
        if standing[who] >= 0:
            pair = validator.validate(patient, world.provider_ids[standing[who]], standing=True)
            assert (bool(eligibility.standing_ok[who]), eligibility.standing_penalty[who]) == (
                pair.allowed,
                pair.penalty,
            )
        why = found.why_not(who)
        assert why.eligible == len(allowed)
        assert why.providers - sum(each.first for each in why.removals) == why.eligible
        if row >= 0:
            assert eligibility.funnel.remaining[row, -1] == len(allowed)


def test_texts_in_lists_are_found_in_bulk_as_the_engine_finds_them():
    world = snapshot(
        DAY,
        patients=[
            {"patient_id": f"A{row}", "region": text} for row, text in enumerate(["R1", None, "", "R2"])
        ],
        providers=[
            {"provider_id": f"P{row}", "regions": texts}
            for row, texts in enumerate([["R1", "R2"], [], ["", None], None, ["R2", "R2"]])
        ],
    )
    served = "patient.region in provider.regions"
    made = compiled(rule(served, id="in"), rule(f"!({served})", id="out"))
    found = evaluation(made, world, Slot(), np.full(4, -1, np.int32))
    validator = Validator(made, world, Slot())
    passed = set()
    for who, patient in enumerate(world.patient_ids):
        for whom, provider in enumerate(world.provider_ids):
            alone = {each.rule_id: each.verdict for each in validator.validate(patient, provider).rules}
            assert found.verdicts(who, whom) == alone
            passed |= {(patient, provider)} if alone["in"] == "pass" else set()
    assert passed == {("A0", "P0"), ("A2", "P2"), ("A3", "P0"), ("A3", "P4")}
