"""Reference data over HTTP."""

import io
import zipfile

from tests.api.service import assert_problem


def test_pages_of_a_table_follow_each_other_without_gap_or_repetition(service):
    first = service.get("/tables/patients", params={"limit": 2}).json()
    second = service.get("/tables/patients", params={"limit": 2, "after": first["next"]}).json()
    third = service.get("/tables/patients", params={"limit": 2, "after": second["next"]}).json()
    ids = [row["patient_id"] for page in (first, second, third) for row in page["items"]]
    assert ids == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert (first["total"], second["total"], third["total"], third["next"]) == (6, 6, 6, None)


def test_a_sorted_list_has_nulls_last_on_whatever_page_they_come(service):
    # facility_id: A1 F1, A2 null, A3 F1, B1 null, B2 F2, B3 null; greatest first, then by id, nulls last
    ids, after = [], ""
    while after is not None:
        page = service.get(
            "/tables/patients", params={"limit": 1, "sort": "-facility_id", "after": after}
        ).json()
        ids += [row["patient_id"] for row in page["items"]]
        after = page["next"]
    assert ids == ["B2", "A1", "A3", "A2", "B1", "B3"]


def test_filters_are_anded(service):
    asked = {"filter": ["practice_id:eq:PR1", "facility_id:null:false"]}
    found = service.get("/tables/patients", params=asked).json()
    assert [row["patient_id"] for row in found["items"]] == ["A1"]
    listed = service.get("/tables/providers", params={"filter": "roles:has:physician"}).json()
    assert listed["total"] == 3
    assert service.get("/tables/providers", params={"filter": "max_panel:lt:5"}).json()["total"] == 1


def test_all_that_is_wrong_with_a_list_is_said_at_once(service):
    asked = {
        "filter": ["nope:eq:1", "acuity:ge:x", "roles:eq:a", "name:has:a"],
        "sort": "needs",
        "after": "?",
    }
    body = assert_problem(service.get("/tables/patients", params=asked), 422, "REQUEST")
    assert len(body["details"]) == 5
    assert "no column 'nope'" in body["details"][0]


def test_a_cursor_of_another_order_is_refused(service):
    cursor = service.get("/tables/patients", params={"limit": 1}).json()["next"]
    asked = {"sort": "name", "after": cursor}
    assert_problem(service.get("/tables/patients", params=asked), 422, "REQUEST")


def test_a_row_is_written_read_and_protected_by_its_tag(service):
    new = {"name": "Cy", "roles": ["physician"], "practice_id": "PR1", "max_panel": 5}
    made = service.put("/tables/providers/P4", json=new)
    assert made.status_code == 200
    tag = made.headers["etag"]
    assert service.get("/tables/providers/P4").headers["etag"] == tag
    changed = service.put("/tables/providers/P4", json=new | {"max_panel": 6}, headers={"If-Match": tag})
    assert changed.json()["max_panel"] == 6.0
    late = service.put("/tables/providers/P4", json=new, headers={"If-Match": tag})
    assert_problem(late, 412, "PRECONDITION_FAILED")


def test_a_key_is_trimmed_as_an_import_trims_it(service):
    assert service.put("/tables/agencies/ AG5 ", json={"name": "Five"}).json()["agency_id"] == "AG5"


def test_assignments_are_named_by_their_version(service):
    row = service.get("/tables/assignments/1").json()
    assert (row["patient_id"], row["provider_id"]) == ("A1", "P1")
    assert_problem(service.put("/tables/assignments/1", json={}), 405, "METHOD_NOT_ALLOWED")


def test_a_row_with_several_keys_is_named_by_all_of_them(service):
    assert service.put("/tables/licenses/P1|NH|MD", json={"number": "7"}).status_code == 200
    assert service.get("/tables/licenses/P1|NH|MD").json()["number"] == "7"
    assert_problem(service.get("/tables/licenses/P1|NH"), 404, "NOT_FOUND")


def test_bulk_upsert_writes_nothing_when_one_row_is_wrong_and_names_every_problem(service):
    rows = [
        {"patient_id": "C1", "practice_id": "PR1"},
        {"patient_id": "C2", "practice_id": "NOPE", "acuity": "many"},
    ]
    body = assert_problem(service.post("/tables/patients", json=rows), 422, "INTAKE")
    found = {(each["row"], each["column"]) for each in body["issues"] if each["severity"] == "error"}
    assert found == {(3, "practice_id"), (3, "acuity")}  # row 1 is the header, row 3 the second object
    assert_problem(service.get("/tables/patients/C1"), 404, "NOT_FOUND")
    assert service.post("/tables/patients", json=rows[:1]).json()["receipt"]["added"] == {"patients": 1}


def test_unknown_columns_and_tables_are_refused(service):
    body = assert_problem(service.post("/tables/patients", json=[{"shoe": 1}]), 422, "REQUEST")
    assert body["details"] == ["table patients has no column 'shoe'"]
    listed = [{"patient_id": "C1", "needs": ["a|b"]}]
    body = assert_problem(service.post("/tables/patients", json=listed), 422, "REQUEST")
    assert body["details"] == ["row 1 needs: an element of a list may not have '|' in it"]
    assert_problem(service.post("/tables/shoes", json=[{}]), 404, "NOT_FOUND")
    assert_problem(service.get("/tables/shoes"), 404, "NOT_FOUND")
    assert_problem(service.get("/tables/shoes/1"), 404, "NOT_FOUND")
    assert_problem(service.put("/tables/shoes/1", json={}), 404, "NOT_FOUND")
    assert_problem(service.get("/tables/patients/A1|A2"), 404, "NOT_FOUND")


def test_assignments_are_read_as_of_a_day_and_as_known_at_a_moment(service):
    assert service.get("/tables/assignments").json()["total"] == 4
    before = {"known_at": "2026-11-01T00:00:00+00:00"}
    assert service.get("/tables/assignments", params=before).json()["total"] == 0


def test_a_folder_comes_in_as_files_or_as_an_archive(service):
    rows = b"patient_id,name,practice_id\nC1,Zed,PR1\n"
    tried = service.post("/imports", params={"dry_run": True}, files=[("files", ("patients.csv", rows))])
    assert tried.json()["receipt"] is None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/patients.csv", rows)
    done = service.post("/imports", files=[("files", ("export.zip", packed.getvalue()))])
    assert done.json()["receipt"]["added"] == {"patients": 1}
    assert service.get("/tables/patients/C1").json()["name"] == "Zed"


def test_uploads_that_are_no_folder_are_refused(service):
    broken = [("files", ("a.zip", b"PK\x03\x04 no"))]
    assert_problem(service.post("/imports", files=broken), 422, "REQUEST")
    twice = [("files", ("patients.csv", b"x")), ("files", ("../patients.csv", b"x"))]
    body = assert_problem(service.post("/imports", files=twice), 422, "REQUEST")
    assert body["details"] == ["patients.csv is given twice"]
    unknown = [("files", ("patients.csv", b"patient_id,practice_id\nC1,NOPE\n"))]
    assert_problem(service.post("/imports", files=unknown), 422, "INTAKE")


def test_a_row_that_nothing_stands_on_is_removed(service):
    made = service.put("/tables/agencies/AG9", json={"name": "Nine"})
    late = service.delete("/tables/agencies/AG9", headers={"If-Match": '"other"'})
    assert_problem(late, 412, "PRECONDITION_FAILED")
    assert (
        service.delete("/tables/agencies/AG9", headers={"If-Match": made.headers["etag"]}).status_code == 204
    )
    assert_problem(service.get("/tables/agencies/AG9"), 404, "NOT_FOUND")
    assert_problem(service.delete("/tables/agencies/AG9"), 404, "NOT_FOUND")
    assert service.delete("/tables/licenses/P1|MA|MD").status_code == 204
    assert service.get("/tables/licenses").json()["total"] == 1


def test_a_row_that_others_stand_on_is_kept_and_they_are_named(service):
    body = assert_problem(service.delete("/tables/providers/P1"), 409, "BLOCKED")
    assert body["details"] == [
        "1 rows of licenses name it as provider_id (P1|MA|MD); change or remove them first",
        "2 rows of assignments name it as provider_id (1, 2); change or remove them first",
    ]
    service.put("/tables/groups/G1", json={"name": "Pool", "members": ["P2", "P3"]})
    body = assert_problem(service.delete("/tables/providers/P3"), 409, "BLOCKED")
    assert "1 rows of groups name it as members (G1); change or remove them first" in body["details"]
    assert service.get("/tables/providers").json()["total"] == 3


def test_an_assignment_taken_back_stays_in_the_history(service):
    assert service.delete("/tables/assignments/1").status_code == 204
    assert service.get("/tables/assignments").json()["total"] == 3
    (row,) = service.get("/history", params={"patient": "A1"}).json()["items"]
    assert row["superseded_at"] is not None
    assert_problem(service.delete("/tables/assignments/x"), 404, "NOT_FOUND")


def test_every_table_is_listed_read_written_and_emptied(service):
    """What an administrator provisions can be changed row by row, in every table there is."""
    rows = {
        "agencies": ("AG7", {"name": "Seven"}),
        "programs": ("CCM", {"name": "Chronic care"}),
        "practices": ("PR7", {"name": "Seven"}),
        "insurances": ("KAISER", {"name": "Kaiser"}),
        "facilities": ("F7", {"name": "Seven", "type": "snf", "practice_id": "PR1"}),
        "providers": ("P7", {"name": "Cy", "roles": ["physician"], "practice_id": "PR1"}),
        "licenses": ("P1|NH|MD", {"number": "7"}),
        "credentials": ("P1|snf_privileges", {}),
        "participations": ("P1|KAISER", {}),
        "absences": ("P1|2026-12-24", {"ends_on": "2026-12-27"}),
        "patients": ("A7", {"practice_id": "PR1"}),
        "visits": ("V7", {"patient_id": "A7", "provider_id": "P1", "on": "2026-12-03"}),
        "groups": ("G7", {"name": "Pool", "facility_id": "F7"}),
        "pins": ("A7|P1|primary|physician", {"kind": "pin"}),
    }
    listed = {each["name"] for each in service.get("/tables").json()}
    assert listed == {*rows, "assignments"}
    for table, (key, row) in rows.items():
        made = service.put(f"/tables/{table}/{key}", json=row)
        assert made.status_code == 200, (table, made.text)
        found = service.get(f"/tables/{table}/{key}")
        assert found.headers["etag"] == made.headers["etag"]
    for table, (key, _) in reversed(rows.items()):
        assert service.delete(f"/tables/{table}/{key}").status_code == 204, table
        assert_problem(service.get(f"/tables/{table}/{key}"), 404, "NOT_FOUND")


def test_many_rows_go_at_once_or_none_with_everything_in_the_way(service):
    service.post("/tables/agencies", json=[{"agency_id": f"AG{each}", "name": "N"} for each in (7, 8, 9)])
    before = service.get("/status").json()["rows"]["agencies"]
    wrong = service.post("/tables/agencies/remove", json={"keys": ["AG7", "AG1", "AG0", "AG2"]})
    details = assert_problem(wrong, 409, "BLOCKED")["details"]
    assert [each.partition(";")[0] for each in details] == [
        "no row 'AG0' in agencies",
        "AG1: 1 rows of practices name it as agency_id (PR1)",
        "AG2: 1 rows of practices name it as agency_id (PR2)",
        "AG1: 1 rows of providers name it as agency_id (P1)",
        "AG2: 2 rows of providers name it as agency_id (P2, P3)",
    ]
    assert service.get("/status").json()["rows"]["agencies"] == before
    gone = service.post("/tables/agencies/remove", json={"keys": ["AG9", "AG7", "AG9", " AG8"]})
    assert gone.json()["removed"] == 3
    assert service.get("/status").json()["rows"]["agencies"] == before - 3
    newest = service.get("/audit").json()["items"][0]
    assert (newest["action"], newest["subject"]) == ("remove", "agencies AG7, AG8, AG9")
    back = service.post("/tables/assignments/remove", json={"keys": ["1", "2"]})
    assert back.json()["removed"] == 2
    assert_problem(service.post("/tables/licenses/remove", json={"keys": ["P1|MA"]}), 422, "REQUEST")
    assert_problem(service.post("/tables/nothing/remove", json={"keys": ["1"]}), 404, "NOT_FOUND")
