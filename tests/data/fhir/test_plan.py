"""A plan as attribution lists and as transactions, on five patients of two practices."""

import json
from datetime import date

import pyarrow as pa
import pytest

from data.fhir.attribution import attribution_of, groups
from data.fhir.update import transactions
from data.plan import MOVES, Plan
from data.slot import Slot
from tests.builders import snapshot
from tests.data.samples import header

DAY = date(2026, 12, 1)
SINCE = date(2026, 1, 1)


@pytest.fixture
def source():
    """P1 and P2 work in PR1, P3 in PR2. A1, A2 and A3 have P1; A4 has P3; A5 has nobody."""
    return snapshot(
        DAY,
        practices=[{"practice_id": "PR1"}, {"practice_id": "PR2"}],
        providers=[
            {"provider_id": "P1", "practice_id": "PR1"},
            {"provider_id": "P2", "practice_id": "PR1"},
            {"provider_id": "P3", "practice_id": "PR2"},
        ],
        patients=[{"patient_id": f"A{number}"} for number in range(1, 6)],
        assignments=[
            {"patient_id": patient, "provider_id": provider, "starts_on": SINCE}
            for patient, provider in (("A1", "P1"), ("A2", "P1"), ("A3", "P1"), ("A4", "P3"))
        ],
    )


def plan_of(*moves, **rest):
    rows = [
        {"patient_id": patient, "from_provider_id": old, "to_provider_id": new} for patient, old, new in moves
    ]
    return Plan(header(**rest), {"moves": pa.Table.from_pylist(rows, schema=MOVES)})


# A1 changes within PR1, A2 goes from PR1 to PR2, A5 is new in PR1; A3 and A4 stay.
MOVED = (("A1", "P1", "P2"), ("A2", "P1", "P3"), ("A5", None, "P2"))


def changes(group):
    extension = "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-changeType"
    return {
        member["entity"]["reference"]: next(
            e["valueCode"] for e in member["extension"] if e["url"] == extension
        )
        for member in group["member"]
    }


def test_every_practice_has_a_list_with_the_change_of_every_member(source):
    first, second = (json.loads(each) for each in groups(attribution_of(source, plan_of(*MOVED))))
    assert first["managingEntity"] == {"reference": "Organization/PR1"}
    assert changes(first) == {
        "Patient/A1": "changed",
        "Patient/A2": "dropped",
        "Patient/A3": "nochange",
        "Patient/A5": "new",
    }
    assert changes(second) == {"Patient/A2": "new", "Patient/A4": "nochange"}
    assert (first["quantity"], second["quantity"]) == (3, 2)


def test_a_list_is_a_group_as_the_guide_asks_for_it(source):
    group = json.loads(next(groups(attribution_of(source, plan_of(*MOVED)))))
    assert (group["resourceType"], group["type"], group["actual"]) == ("Group", "person", True)
    assert group["meta"]["profile"] == ["http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-group"]
    assert group["identifier"] == [{"system": "urn:panelwise:plan", "value": "plan-1"}]
    dropped = next(each for each in group["member"] if each["entity"]["reference"] == "Patient/A2")
    assert dropped["inactive"] is True
    attributed = dropped["extension"][1]
    assert attributed["url"].endswith("/ext-attributedProvider")
    assert attributed["valueReference"] == {"reference": "Practitioner/P1"}


def test_a_plan_that_moves_nobody_has_no_lists_and_no_transactions(source):
    assert list(groups(attribution_of(source, plan_of()))) == []
    assert list(transactions(plan_of())) == []


def general_practitioners(resource, patch):
    """The references after a FHIRPath patch, step by step as https://hl7.org/fhir/R4/fhirpatch.html says."""
    found = list(resource)
    for operation in patch["parameter"]:
        part = {each["name"]: each for each in operation["part"]}
        path = part["path"]["valueString"]
        if part["type"]["valueCode"] == "delete":
            named = path.removeprefix("Patient.generalPractitioner.where(reference = '").removesuffix("')")
            found = [each for each in found if each["reference"] != named]
        else:
            assert (path, part["name"]["valueString"]) == ("Patient", "generalPractitioner")
            found.append(part["value"]["valueReference"])
    return found


def test_a_patch_exchanges_one_reference_leaves_others_and_may_be_sent_twice():
    (bundle,) = (json.loads(each) for each in transactions(plan_of(*MOVED)))
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "transaction")
    entry = bundle["entry"][0]
    assert entry["request"] == {"method": "PATCH", "url": "Patient/A1"}
    before = [{"reference": "Practitioner/P1"}, {"reference": "Practitioner/elsewhere"}]
    once = general_practitioners(before, entry["resource"])
    assert once == [{"reference": "Practitioner/elsewhere"}, {"reference": "Practitioner/P2"}]
    assert general_practitioners(once, entry["resource"]) == once


def test_a_patient_who_had_nobody_is_given_somebody_and_one_who_is_left_loses_the_reference():
    (bundle,) = (json.loads(each) for each in transactions(plan_of(("A5", None, "P2"), ("A1", "P1", None))))
    given, left = (each["resource"] for each in bundle["entry"])
    assert general_practitioners([], given) == [{"reference": "Practitioner/P2"}]
    assert general_practitioners([{"reference": "Practitioner/P1"}], left) == []


def test_other_slots_are_care_teams_that_are_put_whole():
    slot = Slot("program:CCM", "care_manager")
    plan = plan_of(("A1", "P1", "P2"), ("A2", "P1", None), slot=slot)
    (bundle,) = (json.loads(each) for each in transactions(plan))
    given, left = bundle["entry"]
    assert given["request"] == {"method": "PUT", "url": f"CareTeam/{given['resource']['id']}"}
    assert given["resource"]["participant"][0]["member"] == {"reference": "Practitioner/P2"}
    assert left["resource"]["status"] == "inactive"
    assert "participant" not in left["resource"]


def test_transactions_are_cut_where_they_would_be_too_large():
    plan = plan_of(*((f"A{number}", None, "P1") for number in range(7)))
    sizes = [len(json.loads(each)["entry"]) for each in transactions(plan, entries=3)]
    assert sizes == [3, 3, 1]
