"""Findings about exceptions, stand-ins and contact: in small worlds, counted by hand."""

from datetime import UTC, date, datetime

import pytest

from api.workflow.decide import Rulebook
from api.workflow.findings import findings
from api.workflow.reliance import waiver_facts
from data.slot import Slot
from data.standing import standing
from rules.packs import pack_text
from tests.builders import assigned, snapshot
from tests.rules.written import binding, rule, rule_set, waiver

DAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
PHYSICIANS = Slot()
WAIVABLE = {"by": ["manager"], "maxDays": 400}


def found(world, texts=(), slot=PHYSICIANS, codes=()):
    book = Rulebook.of(pack_text("findings") | dict(texts))
    rows = findings(world, book, slot, "ann", NOON).rows.to_pylist()
    return {(each["code"], each["subject"]): each["message"] for each in rows if each["code"] in codes}


EXCUSED = snapshot(
    DAY,
    patients=[{"patient_id": each, "language": "es"} for each in "ABC"]
    + [{"patient_id": "D", "language": "en"}],
    providers=[{"provider_id": "P", "languages": ["en"]}, {"provider_id": "Q", "languages": ["en"]}],
    assignments=[assigned("A", "P"), assigned("B", "P"), assigned("C", "Q"), assigned("D", "P")],
)
RULES = {"r.yaml": rule_set(rule("patient.language in provider.languages", waivable=WAIVABLE))}


@pytest.mark.parametrize(
    ("spec", "relying"),
    [
        ({"patient": "A"}, 1),
        ({"provider": "P"}, 2),
        ({"patient": "C", "provider": "P"}, 0),
        ({"patient": "D"}, 0),
    ],
)
@pytest.mark.parametrize("until", [date(2026, 6, 1), date(2026, 12, 1)])
def test_what_rests_on_a_waiver_is_what_breaks_its_rule_and_is_meant_by_it(spec, relying, until):
    book = Rulebook.of(RULES | {"w.yaml": waiver(until=until, **spec)})
    (fact,) = waiver_facts(EXCUSED, standing(EXCUSED, Slot()), book).to_pylist()
    assert (fact["relying"], fact["state"]) == (relying, "expired" if until < DAY else "in force")


def test_a_waiver_of_a_rule_that_is_bound_is_found_under_the_binding_too():
    texts = RULES | {
        "w.yaml": waiver(provider="P"),
        "b.yaml": binding("one", selector={"roles": ["physician"]}),
    }
    texts |= {"c.yaml": binding("two", selector={"roles": ["nurse"]})}
    (fact,) = waiver_facts(EXCUSED, standing(EXCUSED, Slot()), Rulebook.of(texts)).to_pylist()
    assert fact["relying"] == 2


LAST = date(2026, 6, 29)
ASKED = {"approvedBy": None, "requestedBy": "ann"}


@pytest.mark.parametrize(
    ("spec", "code", "message"),
    [
        (
            {"until": DAY},
            "EXPIRED_IN_USE",
            "2 assignments rest on waived, which was in force until 2026-06-15",
        ),
        ({"revokedOn": DAY}, "EXPIRED_IN_USE", "2 assignments rest on waived, which was revoked"),
        ({"until": LAST}, "EXPIRING", "r is waived until 2026-06-29; 2 assignments rest on it"),
        (ASKED, "REQUESTED", "ann asks to waive r: family asked"),
        (ASKED | {"requestedOn": date(2026, 6, 8)}, "UNDECIDED", "asked by ann on 2026-06-08: r"),
    ],
)
def test_waivers_that_wait_run_out_or_are_over_and_still_relied_upon_are_found(spec, code, message):
    codes = ("WAIVER_EXPIRED_IN_USE", "WAIVER_EXPIRING", "WAIVER_REQUESTED", "WAIVER_UNDECIDED")
    texts = RULES | {"w.yaml": waiver(provider="P", **spec)}
    assert found(EXCUSED, texts, codes=codes) == {(f"WAIVER_{code}", "waiver waived"): message}


def coverage(stand_in, covers, until=None, **more):
    row = {"kind": "coverage", "provider_id": stand_in, "covers_provider_id": covers, "starts_on": DAY}
    return row | {"ends_on": until} | more


def away(provider, first, back):
    return {"provider_id": provider, "starts_on": first, "ends_on": back}


LEAVE = snapshot(
    DAY,
    facilities=[{"facility_id": "F", "state": "RI"}],
    patients=[
        {"patient_id": "A", "state": "MA"},
        {"patient_id": "B", "state": "MA", "facility_id": "F"},
        {"patient_id": "C"},
        {"patient_id": "D", "state": "MA"},
    ],
    providers=[{"provider_id": each} for each in "PQRS"],
    licenses=[
        {"provider_id": "Q", "state": "MA"},
        {"provider_id": "R", "state": "RI"},
        {"provider_id": "R", "state": "MA", "expires_on": DAY},
    ],
    absences=[
        away("P", DAY, date(2026, 7, 15)),
        away("S", date(2026, 7, 10), date(2026, 7, 20)),
        away("Q", date(2026, 7, 15), date(2026, 7, 16)),
    ],
    assignments=[
        assigned("A", "P"), assigned("B", "P"), assigned("C", "P"), assigned("D", "S"),
        coverage("Q", "P", date(2026, 7, 14)),
        coverage("R", "P", date(2026, 7, 15), facility_id="F"),
        coverage("R", "S", date(2026, 7, 19)),
    ],
)  # fmt: skip


def test_stand_ins_without_a_license_and_coverage_that_is_too_short_are_found():
    said = found(LEAVE, codes=("COVERAGE_TOO_SHORT", "COVERAGE_UNLICENSED", "ABSENCE_UNCOVERED"))
    # Q may see A (MA), not B (seen in RI), and C's state is not known; R may see B and not D (expired)
    # P is back on 15 July, S on the 20th: coverage until the 14th and the 19th is too short
    # Q has no patients, so nobody need cover Q; P is away already, which is a gap and not one ahead
    too_short = "{} stands in for {} until {}, who is not back by then"
    assert said == {
        ("COVERAGE_UNLICENSED", "coverage Q P - - 2026-06-15"): "Q has no license for 1 patients of P",
        ("COVERAGE_UNLICENSED", "coverage R S - - 2026-06-15"): "R has no license for 1 patients of S",
        ("COVERAGE_TOO_SHORT", "coverage Q P - - 2026-06-15"): too_short.format("Q", "P", "2026-07-14"),
        ("COVERAGE_TOO_SHORT", "coverage R S - - 2026-06-15"): too_short.format("R", "S", "2026-07-19"),
        ("ABSENCE_UNCOVERED", "absence S 2026-07-10"): "S is away from 2026-07-10, with 1 patients",
    }


SEEN = snapshot(
    DAY,
    agencies=[{"agency_id": "X"}, {"agency_id": "Y"}],
    practices=[{"practice_id": "PX", "agency_id": "X"}, {"practice_id": "P0"}],
    facilities=[{"facility_id": "F", "practice_id": "PX", "closes_on": date(2026, 9, 13)}],
    patients=[
        {"patient_id": "A", "practice_id": "PX"},
        {"patient_id": "B", "facility_id": "F"},
        {"patient_id": "C", "practice_id": "P0"},
    ],
    providers=[{"provider_id": "P", "agency_id": "Y", "roles": ["case_manager"]}],
    assignments=[assigned(each, "P", role="case_manager") for each in "ABC"],
    visits=[
        {"visit_id": "1", "patient_id": "A", "provider_id": "P", "on": date(2026, 3, 1)},
        {"visit_id": "2", "patient_id": "A", "provider_id": "P", "on": date(2026, 3, 17)},
        {"visit_id": "3", "patient_id": "B", "provider_id": "P", "on": date(2026, 3, 1)},
        {"visit_id": "4", "patient_id": "B", "provider_id": "P", "on": DAY},
    ],
)
CODES = ("NO_CONTACT", "AGENCY_MISMATCH", "FACILITY_CLOSING")


def test_patients_who_were_not_seen_for_90_days_and_those_of_another_agency_are_found():
    assert found(SEEN, slot=Slot(role="case_manager"), codes=CODES) == {
        ("NO_CONTACT", "patient A"): "last seen on 2026-03-17, no visit ahead",
        ("AGENCY_MISMATCH", "patient A"): "P is of Y, the practice of X",
        ("AGENCY_MISMATCH", "patient B"): "P is of Y, the practice of X",
        ("FACILITY_CLOSING", "facility F"): "F, with 1 patients, closes on 2026-09-13",
    }
    assert found(SEEN, slot=Slot(role="physician"), codes=("NO_CONTACT",)) == {}
