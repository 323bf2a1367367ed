"""Two real exports end to end, every count against a direct count of the source.

The exports are not part of the project: PANELWISE_CLINIC_DATA names the folder that holds `fhir_r4_ma`
and `synthea_csv` (Synthea's sample data); without it these tests say so and do nothing.
"""

import csv
import json
import os
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from data.intake import read_folder

FHIR_DAY = date(2026, 7, 1)
SYNTHEA_DAY = date(2020, 11, 15)
NO_INSURANCE = "b1c428d6-4f07-31e0-90f0-68ffa6ff8c76"


def source(name):
    folder = Path(os.environ.get("PANELWISE_CLINIC_DATA", "nowhere")) / name
    if not folder.is_dir():
        pytest.skip(f"set PANELWISE_CLINIC_DATA to the folder that holds {name}")
    return folder


@pytest.fixture(scope="module")
def fhir():
    folder = source("fhir_r4_ma")
    resources = {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in folder.glob("*.ndjson")
    }
    return resources, read_folder(folder, FHIR_DAY)


@pytest.fixture(scope="module")
def synthea():
    folder = source("synthea_csv")
    tables = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables, read_folder(folder, SYNTHEA_DAY)


def test_the_bulk_export_has_as_many_rows_as_resources(fhir):
    resources, intake = fhir
    payors = {each["payor"][0]["reference"] for each in resources["Coverage"]}
    organizations = {each["id"] for each in resources["Organization"]}
    counts = {name: table.num_rows for name, table in intake.tables.items()}
    assert intake.source == "fhir"
    assert counts["patients"] == len(resources["Patient"])
    assert counts["providers"] == len(resources["Practitioner"])
    assert counts["facilities"] == len(resources["Location"])
    assert counts["insurances"] == len(payors & organizations)
    assert counts["practices"] == len(organizations - payors)
    assert counts["licenses"] == len(resources["Practitioner"])
    assert "agencies" not in counts  # no organization is part of another
    assert "visits" not in counts  # there are no appointments


def test_every_patient_of_the_bulk_export_has_state_place_and_language(fhir):
    resources, intake = fhir
    rows = {row["patient_id"]: row for row in intake.tables["patients"].to_pylist()}
    for each in resources["Patient"]:
        row = rows[each["id"]]
        coordinates = each["address"][0]["extension"][0]["extension"]
        assert row["state"] == "MA"  # written Massachusetts
        assert [row["latitude"], row["longitude"]] == [part["valueDecimal"] for part in coordinates]
        assert row["language"] == each["communication"][0]["language"]["coding"][0]["code"][:2]
        assert row["birth_date"] == date.fromisoformat(each["birthDate"])
        assert row["facility_id"] is None


def test_every_clinician_of_the_bulk_export_has_the_specialty_and_office_of_its_role(fhir):
    resources, intake = fhir
    codes = {"General Practice": "208D00000X", "Internal Medicine": "207R00000X", "Pediatrics": "208000000X"}
    rows = {row["provider_id"]: row for row in intake.tables["providers"].to_pylist()}
    sites = {each["managingOrganization"]["reference"]: each for each in resources["Location"]}
    for role in resources["PractitionerRole"]:
        row = rows[role["practitioner"]["reference"]]
        assert row["practice_id"] == role["organization"]["reference"]
        assert row["latitude"] == sites[row["practice_id"]]["position"]["latitude"]
        assert row["zip"] == sites[row["practice_id"]]["address"]["postalCode"][:5]
        text = role["specialty"][0]["text"]
        assert len(row["specialties"]) == 1
        assert row["specialties"] == [codes.get(text, row["specialties"][0])]
    assert pc.all(pc.equal(pc.list_element(intake.tables["providers"]["roles"], 0), "physician")).as_py()


def test_the_insurances_of_the_bulk_export_are_the_coverages_in_force(fhir):
    resources, intake = fhir
    organizations = {each["id"] for each in resources["Organization"]}
    carried = defaultdict(list)
    for each in resources["Coverage"]:
        payor = each["payor"][0]["reference"]
        if payor in organizations and each["period"]["start"][:10] <= FHIR_DAY.isoformat():
            carried[each["beneficiary"]["reference"]].append(payor)
    for row in intake.tables["patients"].to_pylist():
        assert row["insurances"] == carried[row["patient_id"]]


def counted_visits(resources):
    """Visits (no emergency, no stay) by patient and performer: those of 24 months, and the first ever."""
    recent, first = Counter(), {}
    for each in resources["Encounter"]:
        day = each["period"]["start"][:10]
        pair = (each["subject"]["reference"], each["participant"][0]["individual"]["reference"])
        if each["class"].get("code") in ("EMER", "IMP") or day > FHIR_DAY.isoformat():
            continue
        first[pair] = min(first.get(pair, day), day)
        if day > "2024-07-01":
            recent[pair] += 1
    return recent, first


def test_visits_a_month_are_the_encounters_of_24_months(fhir):
    resources, intake = fhir
    recent, _ = counted_visits(resources)
    by_patient = Counter()
    for (patient, _), count in recent.items():
        by_patient[patient] += count
    for row in intake.tables["patients"].to_pylist():
        assert row["visits_per_month"] == pytest.approx(by_patient[row["patient_id"]] / 24)
    (note,) = [issue for issue in intake.issues if issue.code == "inferred_visit_load"]
    assert int(note.value) == sum(recent.values())


def test_assignments_are_the_latest_care_team_or_the_most_frequent_clinician(fhir):
    resources, intake = fhir
    recent, first = counted_visits(resources)
    practitioners = {each["id"] for each in resources["Practitioner"]}
    teams = {}
    for each in resources["CareTeam"]:
        start = each["period"]["start"][:10]
        for member in each["participant"]:
            who = member["member"]["reference"]
            if who in practitioners and start <= FHIR_DAY.isoformat():
                patient = each["subject"]["reference"]
                teams.setdefault(patient, []).append((start, who))
    rows = {row["patient_id"]: row for row in intake.tables["assignments"].to_pylist()}
    seen = {patient for patient, _ in recent}
    assert set(rows) == set(teams) | seen
    for patient, row in rows.items():
        if patient in teams:
            latest = max(start for start, _ in teams[patient])
            assert (latest, row["provider_id"]) in teams[patient]
            assert row["starts_on"].isoformat() == latest
        else:
            counts = {who: count for (each, who), count in recent.items() if each == patient}
            assert counts[row["provider_id"]] == max(counts.values())
            assert row["starts_on"].isoformat() == first[patient, row["provider_id"]]
    (note,) = [issue for issue in intake.issues if issue.code == "inferred_assignments"]
    assert int(note.value) == len(rows)


def test_participations_are_what_the_patients_of_a_provider_carry(fhir):
    resources, intake = fhir
    recent, _ = counted_visits(resources)
    carried = {row["patient_id"]: row["insurances"] for row in intake.tables["patients"].to_pylist()}
    pairs = set(recent) | {
        (row["patient_id"], row["provider_id"]) for row in intake.tables["assignments"].to_pylist()
    }
    expected = {(provider, each) for patient, provider in pairs for each in carried[patient]}
    rows = intake.tables["participations"].to_pylist()
    assert {(row["provider_id"], row["insurance_id"]) for row in rows} == expected
    assert len(rows) == len(expected)


def test_the_csv_export_has_as_many_rows_as_its_files(synthea):
    tables, intake = synthea
    assert intake.source == "synthea"
    assert {name: table.num_rows for name, table in intake.tables.items()} == {
        "practices": len(tables["organizations"]),
        "facilities": len(tables["organizations"]),
        "insurances": len(tables["payers"]) - 1,  # all but NO_INSURANCE
        "providers": len(tables["providers"]),
        "licenses": len(tables["providers"]),
        "patients": len(tables["patients"]),
    }


def test_the_csv_export_keeps_places_people_and_zip_codes(synthea):
    tables, intake = synthea
    rows = {row["patient_id"]: row for row in intake.tables["patients"].to_pylist()}
    for each in tables["patients"]:
        row = rows[each["Id"]]
        assert row["state"] == "MA"
        assert row["active"] is (each["DEATHDATE"] == "")
        assert row["sex"] == {"F": "female", "M": "male"}[each["GENDER"]]
        assert row["name"].endswith(f"{each['FIRST']} {each['LAST']} {each['SUFFIX']}".strip())
        assert [row["latitude"], row["longitude"]] == [float(each["LAT"]), float(each["LON"])]
    offices = {row["facility_id"]: row for row in intake.tables["facilities"].to_pylist()}
    for each in tables["organizations"]:
        assert offices[each["Id"]]["zip"] == each["ZIP"].zfill(5)[:5]


def test_the_insurances_of_the_csv_export_are_the_payers_of_the_year(synthea):
    tables, intake = synthea
    carried = defaultdict(set)
    for each in tables["payer_transitions"]:
        if int(each["START_YEAR"]) <= 2020 <= int(each["END_YEAR"]) and each["PAYER"] != NO_INSURANCE:
            carried[each["PATIENT"]].add(each["PAYER"])
    assert sum(map(len, carried.values())) > 50
    for row in intake.tables["patients"].to_pylist():
        assert set(row["insurances"]) == carried[row["patient_id"]]
        assert len(row["insurances"]) == len(carried[row["patient_id"]])


def test_the_roles_of_the_csv_export_follow_the_specialties(synthea):
    tables, intake = synthea
    special = {each["Id"]: each["SPECIALITY"] for each in tables["providers"]}
    by_role = Counter()
    for row in intake.tables["providers"].to_pylist():
        by_role[row["roles"][0]] += 1
        if special[row["provider_id"]] == "NURSE PRACTITIONER":
            assert (row["roles"], row["specialties"]) == (["physician"], ["363L00000X"])
    counts = Counter(special.values())
    assert by_role["care_manager"] == counts["CLINICAL SOCIAL WORKER"]
    others = (
        "PHYSICAL THERAPY",
        "OPTOMETRY",
        "CHIROPRACTIC",
        "CLINICAL PSYCHOLOGIST",
        "PODIATRY",
        "AUDIOLOGIST",
    )
    others += (
        "CERTIFIED REGISTERED NURSE ANESTHETIST",
        "OCCUPATIONAL THERAPY",
        "SPEECH LANGUAGE PATHOLOGIST",
    )
    others += ("REGISTERED DIETITIAN OR NUTRITION PROFESSIONAL",)
    assert by_role["specialist"] == sum(counts[each] for each in others)


def test_a_day_after_the_csv_export_says_that_no_insurance_is_in_force():
    intake = read_folder(source("synthea_csv"), date(2026, 11, 21))
    assert [issue.code for issue in intake.issues if issue.code == "none_in_force"] == ["none_in_force"]
