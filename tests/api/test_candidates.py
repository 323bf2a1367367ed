"""Candidates: the best of all, what is true now, and nobody whom the caller may not see."""

import numpy as np
import pytest

from api.authentication import Authentication
from api.settings import Settings
from api.wiring import rules_folder
from api.workflow.explain import why_not_in
from api.workflow.view import View
from data.slot import Slot
from tests.api.service import client_of, filled_store
from tests.api.test_review_over_http import by, keys
from tests.api.test_view import BOOK, clinic
from tests.rules.written import rule, rule_set


def test_a_page_has_the_best_and_the_number_of_all():
    view = View(clinic(150.0, 5.0, 0.5), BOOK, Slot())
    # P2 takes half a patient, which is nobody
    every = why_not_in(view, "A000").candidates
    assert [(each.provider_id, each.full) for each in every] == [
        ("P0", ()), ("P1", ()), ("P2", ("Panel: 0.0 of 0.5 panel weight",)),
    ]  # fmt: skip
    for most in range(4):
        said = why_not_in(view, "A000", most)
        assert said.candidates == every[:most]
        assert said.eligible == 3


def test_whom_somebody_may_not_see_is_not_taken_from_what_was_kept_for_others():
    world = clinic(150.0, 5.0, 7.0)
    column = world.providers.column_names.index("panel_status")
    closed = world.providers.set_column(column, "panel_status", [["new", "new", "closed"]])
    view = View(world.with_tables(providers=closed.cast(world.providers.schema)), BOOK, Slot())
    everybody, some = why_not_in(view, "A000"), why_not_in(view, "A000", seen=np.array([True, False, False]))
    assert why_not_in(view, "A000") == everybody
    assert [each.provider_id for each in everybody.candidates] == ["P0", "P1"]
    assert ("P2",) in everybody.samples
    assert [each.provider_id for each in some.candidates] == ["P0"]
    assert some.eligible == 1
    assert not any(some.samples)
    assert some.removals == everybody.removals


@pytest.fixture
def path(tmp_path):
    filled_store(tmp_path / "panelwise.db").close()
    return tmp_path / "panelwise.db"


def offered(client, patient, name="max", **more):
    said = client.get("/candidates", params={"patient": patient} | more, headers=by(name)).json()
    named = [each for some in said["samples"] for each in some]
    assert said["eligible"] == len(said["candidates"])
    return [each["provider_id"] for each in said["candidates"]], named


def test_everybody_is_told_of_those_in_their_sight_in_whatever_order_they_ask(path):
    with client_of(path, Authentication(keys={each.sha256: each for each in keys()})) as client:
        for name in ("max", "pat", "max", "bea", "pat"):
            if name != "bea":
                expected = (["P1", "P2"], ["P3"]) if name == "max" else (["P1"], [])
                assert offered(client, "A3", name) == expected, name
            if name != "pat":
                expected = (["P1", "P2"], ["P3"]) if name == "max" else (["P2"], ["P3"])
                assert offered(client, "B2", name) == expected, name


def test_a_change_of_data_of_rules_or_of_the_day_is_seen_by_the_next_request(path):
    rules = rules_folder(Settings(path, "ann"))
    rules.mkdir(exist_ok=True)
    with client_of(path) as client:
        assert offered(client, "B2")[0] == ["P1", "P2"]
        row = client.get("/tables/providers/P1").json()
        changed = {"name": row["name"], "roles": ["physician"], "practice_id": "PR1", "agency_id": "AG1"}
        assert client.put("/tables/providers/P1", json=changed | {"panel_status": "closed"}).is_success
        assert offered(client, "B2")[0] == ["P2"]
        left = {"expires_on": "2027-01-01"}
        assert client.put("/tables/licenses/P2|MA|MD", json=left).is_success
        assert offered(client, "B2")[0] == ["P2"]
        assert offered(client, "B2", as_of="2027-01-01")[0] == []
        (rules / "more.yaml").write_text(rule_set(rule("provider.provider_id != 'P2'", id="other")))
        assert offered(client, "B2")[0] == []
        (rules / "more.yaml").unlink()
        assert offered(client, "B2")[0] == ["P2"]
