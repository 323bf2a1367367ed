"""Rules put in force over HTTP: checked and tested first, kept as versions, taken back."""

import threading

import pytest

from api.authentication import ApiKey, Authentication, digest_of
from api.rule_folder import JOURNAL, FolderChange, read_own, write_own
from api.wiring import rules_folder
from data.errors import RevisionMovedError
from tests.api.service import assert_problem, carried_out, client_of, filled_store
from tests.rules.written import document, rule


def named(name, *rules):
    """A set of rules of a name."""
    return document("RuleSet", {"rules": list(rules)}, name)


STRICT = named("ours", rule("patient.patient_id != 'A3'", id="not-a3"))
EXAMPLE = """---
apiVersion: rules/v1
kind: RuleTest
metadata: {name: ours-examples}
spec:
  asOf: 2026-11-02
  fixtures:
    patients: {A3: {}}
    providers: {ada: {}}
  cases:
    - {rule: not-a3, patient: A3, provider: ada, expect: EXPECTED}
"""
FAILS, PASSES = (EXAMPLE.replace("EXPECTED", each) for each in ("fail", "pass"))
WAIVER = """apiVersion: rules/v1
kind: Waiver
metadata: {name: mine}
spec: {rule: within-reach, patient: A1, reason: r, from: 2026-12-01, until: 2027-01-15}
"""


@pytest.fixture
def eve(tmp_path):
    """The service as its administrator has it; `put` enforces documents."""
    filled_store(tmp_path / "panelwise.db").close()
    keys = [
        ApiKey(sha256=digest_of("pw_eve"), actor="eve", roles=("customer_admin",), agencies=("AG1",)),
        ApiKey(sha256=digest_of("pw_kim"), actor="kim", roles=("manager",), everywhere=True),
    ]
    known = Authentication(keys={each.sha256: each for each in keys})
    with client_of(tmp_path / "panelwise.db", known) as client:
        client.headers["Authorization"] = "Bearer pw_eve"
        yield client


def put(client, documents=None, *remove, status=201, **headers):
    body = {"documents": documents or {}, "remove": remove, "reason": "agreed"}
    answer = client.post("/rules/versions", json=body, headers=headers)
    if status != 201:
        return answer
    assert answer.status_code == 201, answer.text
    return answer.json()


def assigned(client):
    """Patients whom a proposal assigns, under the rules of the moment."""
    job = carried_out(client, client.post("/proposals", json={"preset": "fill_gaps"}))
    moves = client.get(f"/plans/{job['plan_id']}/moves").json()["items"]
    return job["plan_id"], {each["patient_id"] for each in moves}


def test_rules_are_in_force_from_the_answer_on_and_an_earlier_version_comes_back(eve):
    before = eve.get("/rules").json()["digest"]
    early, found = assigned(eve)
    assert found == {"A3", "B2"}
    made = put(eve, {"ours.yaml": STRICT + FAILS})
    assert (made["actor"], made["in_force"]) == ("eve", True)
    assert eve.get("/rules").json()["digest"] == made["digest"] != before
    assert assigned(eve)[1] == {"B2"}
    assert_problem(eve.post(f"/plans/{early}/commit"), 409, "RULES_FAIL_NOW")
    back = eve.post(f"/rules/versions/{before[:12]}/restore", json={"reason": "too strict"})
    assert (back.status_code, back.json()["digest"]) == (201, before)
    assert eve.post(f"/plans/{early}/commit").status_code == 200
    versions = eve.get("/rules/versions").json()
    assert [each["digest"] for each in versions if each["in_force"]] == [before, made["digest"], before]
    events = eve.get("/audit", params={"filter": "action:eq:rules"}).json()["items"]
    assert [(each["actor"], each["subject"], each["reason"]) for each in events] == [
        ("eve", f"version {before[:12]}", "too strict"),
        ("eve", f"version {made['digest'][:12]}", "agreed"),
    ]


def test_what_does_not_compile_or_whose_example_fails_is_refused_with_every_problem(eve):
    before = eve.get("/rules").json()["digest"]
    wrong = named("ours", rule("patient.nme == ''", id="one"), rule("provider.zip > 3", id="two"))
    body = assert_problem(put(eve, {"ours.yaml": wrong}, status=422), 422, "RULES")
    told = "\n".join(body["details"])
    assert "ours.yaml:" in told
    assert "nme" in told
    assert "zip" in told or ">" in told
    body = assert_problem(put(eve, {"ours.yaml": STRICT + PASSES}, status=422), 422, "REQUEST")
    assert "expected pass, got fail" in body["details"][0]
    body = assert_problem(put(eve, {"../a.yaml": "", "b.txt": ""}, "no.yaml", status=422), 422, "REQUEST")
    assert len(body["details"]) == 3
    assert_problem(put(eve, status=422), 422, "REQUEST")
    assert eve.get("/rules").json()["digest"] == before
    assert len(eve.get("/rules/versions").json()) == 0
    assert not list(rules_folder(eve.app.state.office.settings).glob("*"))


def test_a_document_is_exchanged_and_taken_out(eve):
    before = eve.get("/rules").json()["digest"]
    put(eve, {"ours.yaml": STRICT, "more.yaml": named("more", rule("true", id="more"))})
    made = put(eve, {"ours.yaml": named("ours", rule("patient.patient_id != 'B2'", id="not-b2"))})
    ids = {each["rule_id"] for each in eve.get("/rules").json()["rules"]}
    assert {"not-b2", "more"} <= ids
    assert "not-a3" not in ids
    assert put(eve, None, "ours.yaml", "more.yaml", **{"If-Match": f'"{made["digest"]}"'})["digest"] == before
    assert_problem(
        put(eve, {"ours.yaml": STRICT}, status=412, **{"If-Match": '"0"'}), 412, "PRECONDITION_FAILED"
    )


def test_exceptions_are_neither_granted_so_nor_lost_by_going_back(eve):
    assert_problem(put(eve, {"mine.yaml": WAIVER}, status=422), 422, "REQUEST")
    before = put(eve, {"ours.yaml": STRICT})["digest"]
    wish = {"rule": "within-reach", "patient": "A1", "reason": "the family drives", "until": "2027-01-15"}
    assert eve.post("/waivers", json=wish).status_code == 201
    for change in ({"waiver-1.yaml": ""},), (None, "waiver-1.yaml"):
        body = assert_problem(put(eve, *change, status=422), 422, "REQUEST")
        assert "/waivers" in body["details"][0]
    again = eve.post(f"/rules/versions/{before}/restore", json={"reason": "r"})
    assert "in force already" in assert_problem(again, 422, "REQUEST")["details"][0]
    put(eve, None, "ours.yaml")
    eve.post(f"/rules/versions/{before}/restore", json={"reason": "r"})
    assert [each["name"] for each in eve.get("/waivers").json()] == ["waiver-1"]
    assert "not-a3" in {each["rule_id"] for each in eve.get("/rules").json()["rules"]}


def test_a_pack_is_taken_over_and_comes_back_as_it_ships(eve):
    texts = eve.get("/rules/versions/in-force").json()["documents"]
    before = eve.get("/rules").json()["digest"]
    put(eve, {"core.yaml": texts["core.yaml"].replace("title: ", "title: Our ", 1)})
    assert eve.post(f"/rules/versions/{before}/restore", json={"reason": "r"}).json()["digest"] == before
    assert list(rules_folder(eve.app.state.office.settings).glob("*.yaml")) == []


def test_others_and_who_acts_for_one_agency_change_nothing(eve):
    for headers in ({"Authorization": "Bearer pw_kim"}, {"X-Acting-Agency": "AG1"}):
        assert_problem(put(eve, {"ours.yaml": STRICT}, status=403, **headers), 403, "FORBIDDEN")
        answer = eve.post("/rules/versions/in-force/restore", json={"reason": "r"}, headers=headers)
        assert_problem(answer, 403, "FORBIDDEN")


def test_a_change_is_written_whole_or_not_at_all_whoever_dies(tmp_path):
    folder = tmp_path / "rules"
    write_own(folder, FolderChange({"a.yaml": "1", "b.yaml": "1"}))
    whole = read_own(folder)
    (folder / JOURNAL).write_text('{"texts": {"a.yaml": "2", "c.yaml": "2"}, "removed": ["b.yaml"]}')
    (folder / "a.yaml").write_text("2")  # died after the first of three files
    after = {str(folder / name): "2" for name in ("a.yaml", "c.yaml")}
    assert read_own(folder) == after
    with pytest.raises(RevisionMovedError, match="try again"):
        write_own(folder, FolderChange({"a.yaml": "3"}), expected=whole)
    write_own(folder, FolderChange({"d.yaml": "4"}), expected=after)
    assert sorted(each.name for each in folder.iterdir()) == ["a.yaml", "c.yaml", "d.yaml"]
    assert set(read_own(folder).values()) == {"2", "4"}


def test_of_many_who_change_the_same_version_one_does(tmp_path):
    folder, done = tmp_path / "rules", []
    folder.mkdir()

    def write(number):
        try:
            write_own(folder, FolderChange({f"{number}.yaml": ""}), expected={})
        except RevisionMovedError:
            return
        done.append(f"{number}.yaml")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.name for each in folder.iterdir()] == done
    assert len(done) == 1
