"""The service while its PostgreSQL server fails and comes back: 503 with when to try again, then as ever."""

import threading
import time

from tests.api.service import assert_problem, client_of, filled_store
from tests.data.conftest import server  # noqa: F401  fixture
from tests.data.sql.look import rows

RESTARTS, CLIENTS = 2, 3


def test_clients_are_told_to_try_again_and_nothing_acknowledged_is_lost(server):  # noqa: F811  the fixture
    place = server.database(template="empty")
    filled_store(place).close()
    server.execute("CHECKPOINT")
    with client_of(place, workers=1) as client:
        job_id = client.post("/proposals", json={"preset": "fill_gaps"}).json()["job_id"]
        stop, answers, kept = threading.Event(), [], []

        def use(number):
            turn = 0
            while not stop.is_set():
                turn += 1
                row = {"agency_id": f"N{number}-{turn}", "name": "new"}
                written = client.post("/tables/agencies", json=[row])
                if written.status_code == 200:
                    kept.append(row["agency_id"])
                answers.extend([written, client.get("/tables/patients"), client.get("/jobs")])

        threads = [threading.Thread(target=use, args=(number,)) for number in range(CLIENTS)]
        for each in threads:
            each.start()
        for _ in range(RESTARTS):
            before = len(kept)
            until = time.monotonic() + 60
            while len(kept) < before + 4:
                assert time.monotonic() < until, "nothing is written any more"
                time.sleep(0.01)
            server.restart()
        before, until = len(kept), time.monotonic() + 60
        while len(kept) < before + 8:
            assert time.monotonic() < until, "it did not recover"
            time.sleep(0.01)
        stop.set()
        for each in threads:
            each.join()
        refused = [each for each in answers if each.status_code != 200]
        assert refused, "the server was never missed"
        for each in refused:
            assert_problem(each, 503, "UNAVAILABLE")
            assert int(each.headers["Retry-After"]) > 0
        found = {row[0] for row in rows(place, "SELECT agency_id FROM agencies")}
        assert set(kept) <= found
        until = time.monotonic() + 90
        while (state := client.get(f"/jobs/{job_id}").json()["state"]) not in ("succeeded", "failed"):
            assert time.monotonic() < until, state
            time.sleep(0.2)
        assert state == "succeeded"
