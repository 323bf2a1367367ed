"""An exception is requested, approved by somebody else who may, and revoked."""

from datetime import date

import pytest

from api.errors import RequestError
from api.settings import Settings
from api.wiring import put_in_force, rules_folder
from api.workflow.decide import Rulebook
from api.workflow.waivers import Wish, approved, justified, requested, revoked, waivers
from data.errors import NotFoundError, RevisionMovedError
from rules.diagnostics import RuleCompilationError
from tests.rules.written import rule, rule_set

DAY, END = date(2026, 6, 15), date(2026, 7, 15)
RULES = {
    "r.yaml": rule_set(
        rule("false", waivable={"by": ["manager"], "maxDays": 30}),
        rule("false", id="firm"),
        rule("false", id="soft", waivable={"by": ["director"], "maxDays": 30, "overridableBy": ["manager"]}),
    )
}
BOOK = Rulebook.of(RULES)


def asked(book=BOOK, rule_id="r", until=END, actor="ann"):
    name, text = requested(book, Wish(rule_id, "A", "", "family asked", DAY, until), actor, DAY)
    return Rulebook.of({**book.texts, f"{name}.yaml": text})


def with_change(book, change):
    file, text = change
    return Rulebook.of({**book.texts, file: text})


def states(book, day=DAY):
    return [(each.name, each.state, each.approved_by) for each in waivers(book, day)]


def test_a_request_waits_is_approved_and_ends():
    book = asked()
    assert states(book) == [("waiver-1", "requested", "")]
    book = with_change(book, approved(book, "waiver-1", "kim", "manager"))
    assert states(book) == [("waiver-1", "in force", "kim (manager)")]
    assert states(book, END) == [("waiver-1", "expired", "kim (manager)")]
    book = with_change(book, revoked(book, "waiver-1", DAY))
    assert states(book) == [("waiver-1", "revoked", "kim (manager)")]


def test_requests_are_numbered():
    assert [each[0] for each in states(asked(asked()))] == ["waiver-1", "waiver-2"]


def test_nobody_approves_their_own_request_or_in_a_role_that_may_not():
    book = asked()
    with pytest.raises(RequestError, match="somebody else has to approve it"):
        approved(book, "waiver-1", "ann", "manager")
    with pytest.raises(RuleCompilationError, match="nurse may not waive rule r"):
        approved(book, "waiver-1", "kim", "nurse")


def test_only_what_the_rule_permits_can_be_requested():
    with pytest.raises(RuleCompilationError, match="rule firm may not be waived"):
        asked(rule_id="firm")
    with pytest.raises(RuleCompilationError, match="31 days are too many"):
        asked(until=date(2026, 7, 16))


def test_a_step_that_was_taken_is_not_taken_again():
    book = asked()
    book = with_change(book, approved(book, "waiver-1", "kim", "manager"))
    with pytest.raises(RequestError, match="approved by kim already"):
        approved(book, "waiver-1", "lee", "manager")
    with pytest.raises(RequestError, match="is expired already"):
        revoked(book, "waiver-1", END)
    with pytest.raises(NotFoundError, match="there is no waiver 'waiver-2'"):
        revoked(book, "waiver-2", DAY)


def test_a_file_with_more_in_it_is_left_to_its_author():
    name, text = requested(BOOK, Wish("r", "A", "", "family asked", DAY, END), "ann", DAY)
    book = Rulebook.of({**RULES, "w.yaml": f"# by hand\n{text}"})
    with pytest.raises(RequestError, match="change it there"):
        approved(book, name, "kim", "manager")


def override(rule_id, code="FAMILY_REQUEST", role="manager"):
    wish = Wish(rule_id, "A", "P", "family asked", DAY, END, code)
    name, text = justified(BOOK, wish, "ann", role, DAY)
    return Rulebook.of({**BOOK.texts, f"{name}.yaml": text})


def test_who_may_override_a_rule_does_so_at_once_and_the_trail_says_that_it_was_their_own_word():
    book = override("soft")
    (found,) = waivers(book, DAY)
    assert (found.state, found.code, found.justified) == ("in force", "FAMILY_REQUEST", True)
    assert (found.requested_by, found.requested_on, found.approved_by) == ("ann", DAY, "ann (manager)")
    (document,) = [each.document for each in book.documents.waivers]
    assert document.sentence == "overridden by ann (manager) until 2026-07-15: family asked"


def test_nobody_overrides_what_does_not_say_so_or_in_a_role_that_may_only_approve():
    with pytest.raises(RuleCompilationError, match="manager may not waive rule r for what ann asked for"):
        override("r")
    with pytest.raises(RuleCompilationError, match="director may not waive rule soft for what ann asked for"):
        override("soft", role="director")
    with pytest.raises(RequestError, match="needs a reason code"):
        override("soft", code="")


def test_a_waiver_written_by_hand_does_not_approve_itself_either():
    text = asked().texts["waiver-1.yaml"] + "  approvedBy: {name: ann, role: manager}\n"
    with pytest.raises(RuleCompilationError, match="for what ann asked for"):
        _ = Rulebook.of({**RULES, "waiver-1.yaml": text}).compiled


def test_a_day_that_comes_twice_is_written_twice():
    text = asked().texts["waiver-1.yaml"]  # requested on the day from which it is to hold
    assert text.count("2026-06-15") == 2


def test_a_new_waiver_takes_the_place_of_none_that_somebody_was_quicker_with(tmp_path):
    settings = Settings(tmp_path / "panelwise.db", "ann")
    put_in_force(settings, {"waiver-1.yaml": "first"}, new=True)
    with pytest.raises(RevisionMovedError, match=r"waiver-1\.yaml was written by somebody else"):
        put_in_force(settings, {"waiver-1.yaml": "second"}, new=True)
    folder = rules_folder(settings)
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [("waiver-1.yaml", "first")]
    put_in_force(settings, {"waiver-1.yaml": "approved"})
    assert (folder / "waiver-1.yaml").read_text() == "approved"
