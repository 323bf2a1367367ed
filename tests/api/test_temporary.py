"""A patient with a provider for the time being: a day of review, and exceptions only where rules let them."""

from datetime import date

import pytest

from api.errors import RequestError, RevalidationError
from api.workflow.commit import commit
from api.workflow.decide import Rulebook
from api.workflow.findings import findings
from api.workflow.temporary import Temporarily, keep_temporary, temporary
from api.workflow.waivers import approved
from data.memory import MemoryStore
from data.slot import Slot
from rules.packs import pack_text
from tests.api.service import NOON
from tests.builders import assigned, snapshot
from tests.rules.written import limit, limit_set, rule, rule_set

DAY, REVIEW = date(2026, 6, 15), date(2026, 7, 15)
WAIVABLE = {"by": ["manager"], "maxDays": 90, "overridableBy": ["planner"]}
BOOK = Rulebook.of(
    pack_text("objectives")
    | pack_text("findings")
    | {
        "r.yaml": rule_set(
            rule("patient.language in provider.languages", waivable=WAIVABLE),
            rule("patient.acuity < 5", id="firm", remedy="Ask a specialist"),
        ),
        "l.yaml": limit_set(limit(sum="1.0", max="provider.max_panel")),
    }
)
TABLES = snapshot(
    DAY,
    patients=[
        {"patient_id": "A", "language": "es"},
        {"patient_id": "B", "language": "en"},
        {"patient_id": "C", "language": "en", "acuity": 5},
        {"patient_id": "D", "language": "fr"},
    ],
    providers=[
        {"provider_id": "P", "languages": ["en"], "max_panel": 2.0},
        {"provider_id": "Q", "languages": ["es"], "max_panel": 1.0},
        {"provider_id": "R", "languages": ["es"], "max_panel": 0.0},
        {"provider_id": "S", "languages": ["fr"]},
    ],
    assignments=[assigned("B", "P"), assigned("D", "S")],
).tables


@pytest.fixture
def store():
    made = MemoryStore()
    tables = {name: TABLES[name] for name in ("patients", "providers")}
    made.import_tables(tables | {"assignments": TABLES["assignments"].drop_columns("row_id")}, "ann", NOON)
    return made


def made_for(store, patient, provider, role="planner", review_on=REVIEW, reason="family asked"):
    wish = Temporarily(
        patient, provider, review_on, reason, "FAMILY_REQUEST", lambda wanted: role if role in wanted else ""
    )
    return temporary(store.snapshot(DAY), BOOK, wish, "ann", NOON)


def kept(store, made):
    keep_temporary(store, made, store.snapshot(DAY), NOON)
    return Rulebook.of({**BOOK.texts, **made.waivers})


def standing_row(store, patient):
    rows = store.snapshot(DAY)["assignments"].to_pylist()
    return next(row for row in rows if row["patient_id"] == patient and row["ends_on"] is None)


def test_who_may_override_the_rule_makes_a_plan_that_can_be_committed_and_comes_up_for_review(store):
    made = made_for(store, "A", "P")
    assert (list(made.waivers), made.pending) == (["waiver-1.yaml"], ())
    book = kept(store, made)
    commit(store, made.plan.plan_id, book, "ann", NOON, DAY)
    row = standing_row(store, "A")
    assert (row["provider_id"], row["temporary"], row["review_on"]) == ("P", True, REVIEW)
    due = findings(store.snapshot(date(2026, 7, 14)), book, Slot(), "ann", NOON).rows.to_pylist()
    assert [each["patient_id"] for each in due if each["code"] == "TEMPORARY_REVIEW_DUE"] == ["A"]


def test_who_may_not_asks_and_the_commit_waits_for_the_approval(store):
    made = made_for(store, "A", "P", role="")
    assert made.pending == ("waiver-1",)
    book = kept(store, made)
    with pytest.raises(RevalidationError, match="fails the rules of now") as refused:
        commit(store, made.plan.plan_id, book, "ann", NOON, DAY)
    assert refused.value.failures[-1] == "waiver-1 (r) waits for approval"
    file, text = approved(book, "waiver-1", "kim", "manager")
    book = Rulebook.of({**book.texts, file: text})
    assert commit(store, made.plan.plan_id, book, "ann", NOON, DAY).inserted == 1


def test_a_patient_who_has_somebody_moves_once_the_exception_is_approved(store):
    made = made_for(store, "D", "P", role="")
    book = kept(store, made)
    file, text = approved(book, "waiver-1", "kim", "manager")
    commit(store, made.plan.plan_id, Rulebook.of({**book.texts, file: text}), "ann", NOON, DAY)
    row = standing_row(store, "D")
    assert (row["provider_id"], row["temporary"], row["review_on"]) == ("P", True, REVIEW)


def test_without_an_objection_no_exception_is_made(store):
    made = made_for(store, "A", "Q")
    assert (made.waivers, made.pending) == ({}, ())
    commit(store, made.plan.plan_id, kept(store, made), "ann", NOON, DAY)
    assert standing_row(store, "A")["temporary"]


def test_what_stands_already_is_marked_for_review(store):
    made = made_for(store, "B", "P")
    assert (made.plan["moves"].num_rows, made.plan["statements"].num_rows) == (0, 1)
    commit(store, made.plan.plan_id, kept(store, made), "ann", NOON, DAY)
    row = standing_row(store, "B")
    assert (row["provider_id"], row["starts_on"], row["temporary"]) == ("P", DAY, True)


def test_everything_that_stands_in_the_way_is_told(store):
    with pytest.raises(RequestError) as refused:
        made_for(store, "Z", "Y", review_on=DAY, reason=" ")
    assert refused.value.problems == (
        "no patient 'Z'",
        "no provider 'Y'",
        "say why: a temporary assignment needs a reason",
        "the day of review, 2026-06-15, must be after 2026-06-15",
    )
    with pytest.raises(RequestError, match=r"firm: no; this rule may not be waived\. Ask a specialist"):
        made_for(store, "C", "P")
    with pytest.raises(RequestError, match="may be waived for 90 days, not for 91"):
        made_for(store, "A", "P", review_on=date(2026, 9, 14))


def test_a_provider_without_room_is_not_filled_up(store):
    with pytest.raises(RequestError, match="LIMIT R: panel 1000 of 0 thousandths"):
        made_for(store, "A", "R")
