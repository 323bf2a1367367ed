"""The network as a whole, and the first page."""

from tests.api.service import DAY, assert_problem, carried_out


def test_the_overview_counts_who_has_nobody_and_how_full_everybody_is(service):
    said = service.get("/overview").json()
    assert (said["slot"], said["without"], said["run_id"]) == ("primary/physician", 2, 0)
    assert said["practices"] == [
        {"practice_id": "(no practice)", "without": 1, "patients": 1},  # A3 only has a facility
        {"practice_id": "PR2", "without": 1, "patients": 3},
    ]
    (panel,) = [each for each in said["limits"] if each["limit_id"] == "panel"]
    # P1 has 2 of 10, P2 1 of 3, P3 1 of 5
    assert (panel["providers"], panel["at_maximum"], panel["share"]) == (3, 0, 4 / 18)
    assert (said["plans"], said["findings"]) == ({}, {})


def test_plans_that_wait_and_findings_are_counted(service):
    carried_out(service, service.post("/proposals", json={"preset": "fill_gaps", "seconds": 2}))
    carried_out(service, service.post("/findings/runs"))
    said = service.get("/overview").json()
    assert (said["plans"], said["run_id"]) == ({"ready": 1}, 1)
    assert (
        said["findings"]["critical"] == service.get("/findings?filter=severity:eq:critical").json()["total"]
    )


def test_attribution_follows_the_visits(service):
    day = {"patient_id": "A3", "provider_id": "P1", "on": DAY.replace(month=11).isoformat()}
    service.post("/tables/visits", json=[{"visit_id": f"V{number}"} | day for number in range(2)])
    rows = service.get("/attribution", params={"filter": "patient_id:eq:A3"}).json()["items"]
    assert [(row["provider_id"], row["present_provider_id"]) for row in rows] == [("P1", None)]
    assert_problem(service.get("/attribution", params={"method": "no"}), 422, "REQUEST")


def test_adequacy_is_of_counties_that_the_patients_live_in(service):
    assert service.get("/adequacy").json()["total"] == 0  # nobody has a ZIP code
    service.put("/tables/patients/A1", json={"practice_id": "PR1", "zip": "01609", "state": "MA"})
    page = service.get("/adequacy", params={"limit": 1}).json()
    assert page["items"][0]["state"] == "MA"
    assert page["total"] > 10
    assert_problem(service.get("/adequacy", params={"insurance": "NOPE"}), 422, "REQUEST")
