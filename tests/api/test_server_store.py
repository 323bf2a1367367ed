"""The service over PostgreSQL, and many clients at once over both kinds of store."""

import threading
from collections import Counter

import pyarrow as pa
import pytest

from api.client import Answer, Client, ServiceError
from data.plan import MOVES, Plan
from data.sql.opening import bring_up_to_date, open_store
from tests.api.service import NOON, client_of, filled_store
from tests.data import samples
from tests.data.conftest import KINDS
from tests.data.sql.look import connected


@pytest.fixture(params=KINDS)
def place(request, places):
    with places.lent(request.param) as lent:
        filled_store(lent).close()
        yield lent


def client_over(service):
    def send(method, url, headers, body):
        answer = service.request(method, url, headers=headers, content=body)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    return Client("http://127.0.0.1", send=send)


def rival(plan_id, provider):
    """A plan that gives A3, who has nobody, to a provider."""
    plan = samples.plan_of(plan_id, samples.open_statement("A3", provider))
    move = {"patient_id": "A3", "facility_id": "F1", "action": "assign", "to_provider_id": provider}
    return Plan(
        plan.header, {**plan.tables, "moves": pa.Table.from_pylist([move | {"row_id": 0}], schema=MOVES)}
    )


def test_a_job_ends_in_a_plan_that_is_committed(place):
    with client_of(place, workers=1) as service:
        client = client_over(service)
        job = client.wait(client.propose(preset="fill_gaps").job_id, 90)
        client.commit(job.plan_id)
        assert client.gaps().total == 0


def test_of_many_clients_who_commit_overlapping_plans_one_wins_and_the_others_hear_why(place):
    clients = 50
    store = open_store(place, NOON)
    for number in range(clients):
        store.save_plan(rival(f"plan-{number:02}", "P1" if number % 2 else "P2"), "ready", NOON)
    store.close()
    with client_of(place) as service:
        client, heard, told_why = client_over(service), [], []

        def commit(number):
            try:
                heard.append(client.commit(f"plan-{number:02}").plan_id)
            except ServiceError as error:
                heard.append(f"{error.status} {error.code}")
                told_why.extend(error.details)

        threads = [threading.Thread(target=commit, args=(number,)) for number in range(clients)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
        told = Counter(each.split()[0] for each in heard)
        assert told.pop("409", 0) == clients - 1, heard
        assert len(told) == 1
        assert set(told_why) == {"patient A3 was assigned anew since"}
        assert len(list(client.history(["A3"]))) == 1


def test_a_service_whose_store_lost_a_guard_is_not_ready_until_it_is_put_back(place):
    with client_of(place) as service:
        assert service.get("/readyz").status_code == 200
        with connected(place) as connection:
            on = " ON audit" if place.startswith("postgresql:") else ""
            connection.exec_driver_sql(f"DROP TRIGGER audit_no_delete{on}")
            connection.commit()
        refused = service.get("/readyz")
        assert refused.status_code == 503
        assert "audit_no_delete" in refused.json()["title"]
        assert len(bring_up_to_date(place, NOON).mended) == 1
        assert service.get("/readyz").status_code == 200
