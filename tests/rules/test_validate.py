from datetime import date

import pytest

from data.slot import Slot
from rules.validate import UnknownRecordError, Validator, validate
from tests.builders import snapshot
from tests.rules.written import compiled, rule

DAY = date(2026, 6, 15)
WORLD = snapshot(
    DAY,
    facilities=[{"facility_id": "F", "state": "NH", "region": "R1", "latitude": 43.0, "longitude": -71.0}],
    patients=[
        {
            "patient_id": "A",
            "facility_id": "F",
            "state": "MA",
            "birth_date": date(1950, 6, 16),
            "latitude": 42.0,
            "longitude": -71.0,
        },
        {"patient_id": "B", "birth_date": date(1950, 6, 15), "state": "MA", "practice_id": "PR"},
    ],
    providers=[
        {"provider_id": "P", "name": "Dr. Day", "regions": ["R2"], "max_panel": 3.5},
        {"provider_id": "Q"},
    ],
    licenses=[
        {"provider_id": "P", "state": "MA", "expires_on": DAY},
        {"provider_id": "P", "state": "NH"},
    ],
)


def verdict(expression: str, patient: str = "A", provider: str = "P", **more):
    made = compiled(rule(expression, **more), params={"n": 3, "names": ["x"], "by": {"MA": 1}, "day": DAY})
    return validate(made, WORLD, Slot(), patient, provider).rules[0]


@pytest.mark.parametrize(
    "expression",
    [
        "patient.age == 75",  # the day before the birthday
        "patient.care_state == 'NH'",
        "patient.region == 'R1'",
        "has(patient.facility)",
        "patient.place.latitude == 43.0",
        "!has(patient.language)",
        "patient.language == null",
        "patient.acuity == 1",  # the column's default
        "provider.licenses.exists(l, l.state == 'MA' && has(l.expires_on) && l.expires_on == as_of)",
        "provider.licenses.exists(l, l.state == 'NH' && !has(l.expires_on))",
        "size(provider.licenses) == 2 && size(provider.absences) == 0",
        "slot.role == 'physician' && slot.specialty == ''",
        "params.n == 3 && params.names[0] == 'x' && params.by['MA'] == 1 && params.day == as_of",
        "geo.miles(patient.place, patient.place) == 0.0",
    ],
)
def test_a_record_says_what_the_tables_say(expression):
    assert verdict(expression).verdict == "pass"


@pytest.mark.parametrize(
    "expression",
    [
        "patient.age == 76",
        "!has(patient.facility)",
        "patient.care_state == 'MA'",
        "patient.practice_id == 'PR'",
    ],
)
def test_a_patient_without_a_facility_is_judged_by_the_home(expression):
    assert verdict(expression, patient="B").verdict == "pass"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("patient.acuity / (patient.acuity - 1) > 0", "divide by zero"),
        ("provider.max_miles > 1.0", "No matching overloads"),
        ("geo.miles(patient.place, provider.place) < 1.0", "the place is not known"),
        ("params.by[patient.region] == 1", "Key not found"),
    ],
)
def test_what_cannot_be_computed_is_an_error_and_no_pass(expression, text):
    found = verdict(expression)
    assert (found.verdict, found.objects) == ("error", True)
    assert text in found.readings[0].error
    assert not verdict(expression, onError="ignore").objects


def test_an_error_is_absorbed_where_the_rest_decides():
    assert verdict("provider.max_miles > 1.0 || patient.active").verdict == "pass"
    assert verdict("provider.max_miles > 1.0 && !patient.active").verdict == "fail"


def test_a_rule_that_does_not_apply_is_no_pass():
    found = verdict("false", when=["patient.active", "provider.max_panel > 9.0"])
    assert (found.verdict, found.objects) == ("not_applicable", False)


def test_a_condition_of_applicability_that_errs_is_an_error():
    assert verdict("true", when=["provider.max_miles > 1.0"]).verdict == "error"
    assert verdict("true", when=["provider.max_miles > 1.0", "false"]).verdict == "not_applicable"


def test_a_rule_outside_its_days_is_not_effective():
    assert verdict("false", effective={"from": date(2026, 6, 16)}).verdict == "not_effective"
    assert verdict("false", effective={"from": DAY, "to": date(2026, 6, 16)}).verdict == "fail"


def test_a_failure_names_clauses_values_message_and_remedy():
    found = verdict(
        "patient.active && !(size(provider.regions) > 0) && provider.max_panel > patient.place.latitude",
        messageExpression="provider.name + ' takes ' + string(provider.max_panel)",
        remedy="Ask somebody",
    )
    assert (found.verdict, found.message, found.remedy) == ("fail", "Dr. Day takes 3.5", "Ask somebody")
    first, second = found.readings
    assert (first.clause, first.values) == ("!(size(provider.regions) > 0)", (("provider.regions", "[R2]"),))
    assert dict(second.values) == {
        "patient.place": "{latitude: 43.0, longitude: -71.0}",
        "provider.max_panel": "3.5",
    }


def test_a_message_that_cannot_be_made_falls_back_to_the_plain_one():
    assert verdict("false", messageExpression="'x' + patient.language").message == "no"


def test_standing_pairs_are_spared_rules_for_newcomers():
    made = compiled(rule("false", standing="ignore"))
    assert not validate(made, WORLD, Slot(), "A", "P").allowed
    assert validate(made, WORLD, Slot(), "A", "P", standing=True).allowed


def test_soft_rules_add_up_and_deny_nothing():
    made = compiled(
        rule("false", id="a", actions={"solve": {"penalty": 7}, "propose": "warn"}),
        rule("false", id="b", actions={"solve": {"penalty": 5}}),
        rule("false", id="c", actions={"solve": "ignore"}),
    )
    pair = validate(made, WORLD, Slot(), "A", "P")
    assert (pair.allowed, pair.penalty, len(pair.objections)) == (True, 12, 3)
    assert pair.rule("a").action == "warn"


def test_ids_that_are_not_there_are_named():
    validator = Validator(compiled(rule("true")), WORLD, Slot())
    with pytest.raises(UnknownRecordError, match="patient 'Z'"):
        validator.validate("Z", "P")
    with pytest.raises(UnknownRecordError, match="provider 'Z'"):
        validator.validate("A", "Z")
