"""Row-level security: a transaction that asks for everything sees, and changes, only what is in sight."""

from dataclasses import replace

import pyarrow as pa
import pytest
import sqlalchemy as sa

from data.errors import DataError, NotFoundError, RevisionMovedError
from data.ledger import Entries
from data.review import Activation, Consent, Rejection
from data.scope import Scope
from data.slot import Slot
from data.sql.confinement import EVERYWHERE, Confinement
from data.sql.opening import open_store
from data.sql.reviews import keep_visit_orders
from data.sql.schema import METADATA
from data.store import Commit
from data.visit import VISIT_ORDERS
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    assigned,
    entries_of,
    insert_of,
    open_statement,
    plan_of,
    table,
)

ONE = Confinement(practices=frozenset({"PR1"}), actor="uma")
NOTHING = Confinement()

SEEN = {
    "agencies": set(),
    "practices": {"PR1"},
    "facilities": {"F1"},
    "providers": {"P1"},
    "patients": {"A1", "A2"},
    "licenses": {"P1"},
    "credentials": {"P1"},
    "participations": {"P1"},
    "absences": {"P1"},
    "visits": {"V1"},
    "pins": {"A1"},
    "groups": {"G1"},
    "assignments": {"1", "3"},
    "plans": {"plan-1"},
    "plan_tables": {"plan-1"},
    "consents": {"plan-1", "plan-3"},
    "rejections": {"1"},
    "activations": {"plan-1"},
    "visit_orders": {"plan-1"},
}
"""First columns of the rows of practice PR1, by table, of those in `population`."""


def population():
    """PR1 of agency AG1 and PR2 of AG2, each with a facility, a provider and what hangs on them.

    A2 is in PR1 by its facility, A4 in no practice.
    """
    each = table

    both = (("1", "PR1"), ("2", "PR2"))
    return {
        "agencies": each("agencies", *({"agency_id": f"AG{n}"} for n, _ in both)),
        "programs": each("programs", {"program_id": "CCM"}),
        "practices": each("practices", *({"practice_id": pr, "agency_id": f"AG{n}"} for n, pr in both)),
        "insurances": each("insurances", {"insurance_id": "MEDICARE"}),
        "facilities": each("facilities", *({"facility_id": f"F{n}", "practice_id": pr} for n, pr in both)),
        "providers": each(
            "providers",
            *({"provider_id": f"P{n}", "practice_id": pr, "agency_id": f"AG{n}"} for n, pr in both),
        ),
        "licenses": each("licenses", *({"provider_id": f"P{n}", "state": "MA"} for n, _ in both)),
        "credentials": each("credentials", *({"provider_id": f"P{n}", "credential": "c"} for n, _ in both)),
        "participations": each(
            "participations", *({"provider_id": f"P{n}", "insurance_id": "MEDICARE"} for n, _ in both)
        ),
        "absences": each("absences", *({"provider_id": f"P{n}", "starts_on": DAY} for n, _ in both)),
        "patients": each(
            "patients",
            {"patient_id": "A1", "practice_id": "PR1"},
            {"patient_id": "A2", "facility_id": "F1"},
            {"patient_id": "A3", "practice_id": "PR2"},
            {"patient_id": "A4"},
        ),
        "assignments": each(
            "assignments",
            assigned("A1", "P1"),
            assigned("A3", "P2"),
            {"kind": "facility", "facility_id": "F1", "provider_id": "P1", "starts_on": DAY},
            {"kind": "facility", "facility_id": "F2", "provider_id": "P2", "starts_on": DAY},
        ),
        "visits": each(
            "visits",
            {"visit_id": "V1", "patient_id": "A1", "provider_id": "P1"},
            {"visit_id": "V2", "patient_id": "A3", "provider_id": "P2"},
        ),
        "groups": each("groups", *({"group_id": f"G{n}", "facility_id": f"F{n}"} for n, _ in both)),
        "pins": each(
            "pins",
            *({"patient_id": a, "provider_id": "P1", "kind": "pin"} for a in ("A1", "A3")),
        ),
    }


def reviewed(store):
    """Consents that PR1 and PR2 are asked for, rejected pairs, activations and orders of both practices."""
    for name, party in (("plan-1", ("AG2", "PR2")), ("plan-2", ("AG2", "PR2")), ("plan-3", ("AG1", "PR1"))):
        why = ("patients of others",)
        store.ask_consents([Consent(name, "acceptance", why, "ann", NOON, *party)], "ann", NOON)
    of = {"plan_id": "tried", "scope": Scope(practices=("PR1", "PR2"))}
    store.save_plan(plan_of(**of), "ready", NOON)
    pairs = [Rejection(each, "P1", Slot(), "r", "tried", "ann", NOON) for each in ("A1", "A3")]
    store.revise_plan(plan_of(**(of | {"plan_id": "tried.2"}), revises="tried"), pairs, NOON)
    for name in ("plan-1", "plan-2"):
        store.keep_activation(Activation(name, NOON, "night"))
    orders = [
        {"plan_id": plan, "ordered_at": NOON, "visit_id": visit, "patient_id": patient}
        | {"on": DAY, "action": "keep", "reason": ""}
        for plan, visit, patient in (("plan-1", "V1", "A1"), ("plan-2", "V2", "A3"))
    ]
    with store._writing() as connection:
        keep_visit_orders(connection, pa.Table.from_pylist(orders, schema=VISIT_ORDERS))


@pytest.fixture(scope="module")
def address(server):
    """A database with the population and three plans, as the service's user has it (no owner of tables)."""
    server.application("service")
    owned = server.database()
    store = open_store(owned, NOON)
    store.import_tables(population(), "ann", NOON)
    for name, practices in (("plan-1", ("PR1",)), ("plan-2", ("PR1", "PR2")), ("plan-3", ())):
        row = store.snapshot(DAY)["assignments"]["row_id"][0].as_py()
        plan = plan_of(name, open_statement("A1", "P2", row), scope=Scope(practices=practices))
        store.save_plan(plan, "ready", NOON, store.snapshot(DAY))
    reviewed(store)
    store.close()
    return owned.replace("owner@", "service@")


@pytest.fixture
def service(address):
    store = open_store(address, NOON)
    yield store
    store.close()


@pytest.fixture
def writable(server, address):
    """A copy of the database, for a test that writes."""
    copied = server.database(template=address.partition("@/")[2].partition("?")[0])
    store = open_store(copied.replace("owner@", "service@"), NOON)
    yield store
    store.close()


def first_columns(store, name):
    """What a statement without any filter finds."""
    column = METADATA.tables[name].columns.values()[0].name
    with store.database.engine.connect() as connection:
        return {str(row[0]) for row in connection.exec_driver_sql(f'SELECT "{column}" FROM "{name}"')}


def test_the_owner_and_everywhere_see_everything(address, service):
    owner = open_store(address.replace("service@", "owner@"), NOON)
    for name in METADATA.tables:
        assert first_columns(owner, name) == first_columns(service.within(EVERYWHERE), name), name
    assert len(first_columns(owner, "patients")) == 4
    owner.close()


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_a_query_without_a_filter_finds_only_what_is_in_sight(service, name):
    """The application's own filter is not there at all: this is plain SQL."""
    everything = first_columns(service, name)
    seen = first_columns(service.within(ONE), name)
    if name in ("programs", "insurances", "revision"):
        assert seen == everything
    else:
        assert seen == SEEN.get(name, set())
        assert name in SEEN or not seen
        assert len(everything) > len(seen) or not everything, (
            "there is nothing to hide: the test shows nothing"
        )


@pytest.mark.parametrize("name", sorted(SEEN))
def test_without_a_scope_nothing_is_in_sight(service, name):
    assert first_columns(service.within(NOTHING), name) == set()


def test_a_connection_that_never_says_its_scope_sees_nothing(server, address):
    database = address.partition("/test")[2].partition("?")[0]
    for name in ("patients", "assignments", "plans", "files"):
        assert server.execute(f"SELECT * FROM {name}", database=f"test{database}", user="service") == []


def test_the_scope_ends_with_its_transaction(service):
    with service.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM patients").scalar_one() == 4
        raw = connection.connection.driver_connection
        connection.rollback()
        assert raw.execute("SELECT count(*) FROM patients").fetchone() == (0,)


def test_an_agency_sees_its_practices_and_its_providers(service):
    agency = service.within(Confinement(agencies=frozenset({"AG2"})))
    assert first_columns(agency, "agencies") == {"AG2"}
    assert first_columns(agency, "practices") == {"PR2"}
    assert first_columns(agency, "patients") == {"A3"}
    assert first_columns(agency, "providers") == {"P2"}
    assert first_columns(agency, "plans") == set()


def test_reads_of_the_store_are_confined_in_bulk_as_well(service):
    snapshot = service.within(ONE).snapshot(DAY)
    assert snapshot.patient_ids == ["A1", "A2"]
    assert snapshot["assignments"]["row_id"].to_pylist() == [3, 1]
    assert service.snapshot(DAY).patient_ids == ["A1", "A2", "A3", "A4"]
    confined = service.within(ONE)
    assert confined.history(["A1", "A3"], ["F2"])["patient_id"].to_pylist() == ["A1"]
    assert [each.header.plan_id for each in confined.records()] == ["plan-1"]
    with pytest.raises(NotFoundError):
        confined.plan("plan-2")
    with pytest.raises(NotFoundError):
        confined.input_of("plan-1")


def test_events_in_sight_are_the_actors_own(writable):
    confined = writable.within(ONE)
    confined.note(LATER, "uma", "read", "A1")
    confined.note(LATER, "ann", "read", "A1")
    assert set(confined.audit()["actor"].to_pylist()) == {"uma"}
    assert {"uma", "ann"} <= set(writable.audit()["actor"].to_pylist())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients SET name = 'x'",
        "UPDATE assignments SET superseded_at = 1, superseded_by_plan_id = 'x' WHERE row_id > 0",
        "UPDATE plans SET state = 'rejected'",
        "DELETE FROM visits",
    ],
)
def test_what_is_out_of_sight_is_not_changed(service, statement):
    with service.within(ONE).database.engine.connect() as connection:
        changed = connection.exec_driver_sql(statement).rowcount
        connection.rollback()
    with service.within(EVERYWHERE).database.engine.connect() as connection:
        everything = connection.exec_driver_sql(statement).rowcount
        connection.rollback()
    assert 0 < changed < everything


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO patients (patient_id, practice_id) VALUES ('Z', 'PR2')",
        "INSERT INTO pins (patient_id, provider_id, level, role) VALUES ('A3', 'P9', 'primary', 'physician')",
        "UPDATE patients SET practice_id = 'PR2' WHERE patient_id = 'A1'",
        "INSERT INTO programs (program_id) VALUES ('RPM')",
    ],
)
def test_nothing_is_written_out_of_sight(service, statement):
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        service.within(ONE).database.engine.connect() as connection,
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM assignments",
        "DELETE FROM audit",
        "DELETE FROM plans",
        "UPDATE assignments SET provider_id = 'P9'",
        "UPDATE audit SET actor = 'x'",
        "UPDATE files SET content = ''",
        "TRUNCATE patients",
        "DROP POLICY panelwise_in_sight ON patients",
        "ALTER TABLE patients DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (x int)",
        "DROP TABLE patients",
    ],
)
def test_the_service_has_no_rights_that_it_does_not_need(service, statement):
    with (
        pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"),
        service.database.engine.connect() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_a_confined_writer_imports_plans_and_commits_within_its_sight(writable):
    confined = writable.within(ONE)
    new = table("patients", {"patient_id": "A9", "practice_id": "PR1"})
    confined.import_tables({"patients": new}, "uma", LATER)
    plan = plan_of("own", open_statement("A9", "P1"), scope=Scope(practices=("PR1",)))
    confined.save_plan(plan, "ready", LATER, confined.snapshot(DAY))
    again = replace(plan, header=replace(plan.header, plan_id="own-2"))
    confined.save_plan(
        again, "ready", LATER, confined.snapshot(DAY)
    )  # the snapshot is kept, but not in sight
    made, revision = entries_of(confined, plan), confined.revision()
    receipt = confined.commit(Commit("own", made, revision, "uma", LATER, notices=(("t", "{}"),)))
    assert receipt.revision == revision + 1
    assert confined.record("own").state == "committed"
    assert confined.outbox() == []
    assert [each[1:] for each in writable.outbox() if each[1] == "t"] == [("t", "{}")]
    newest = max(writable.snapshot(DAY)["assignments"]["row_id"].to_pylist())
    assert newest == 5, "ids go on after those that the writer does not see"


def test_a_confined_commit_cannot_reach_beyond(writable):
    confined, row_of_a3 = writable.within(ONE), 2
    plan = plan_of("beyond", open_statement("A1", "P1", 1), scope=Scope(practices=("PR1",)))
    confined.save_plan(plan, "ready", LATER)
    made = entries_of(writable, plan_of("x", open_statement("A3", "P1", row_of_a3)))
    commit = Commit("beyond", made, confined.revision(), "uma", LATER)
    with pytest.raises(RevisionMovedError, match="1 of the 1 assignments"):
        confined.commit(commit)
    blind = Entries(made.supersede.slice(0, 0), insert_of(assigned("A4", "P1", DAY)))
    with pytest.raises(DataError, match="out of scope; nothing was written"):
        confined.commit(replace(commit, entries=blind))
    with pytest.raises(DataError, match="out of scope; nothing was written"):
        confined.save_plan(plan_of("far", scope=Scope(practices=("PR2",))), "ready", LATER)
    assert writable.record("beyond").state == "ready"


def test_a_receiver_answers_without_seeing_the_plan(writable):
    receiver = writable.within(Confinement(practices=frozenset({"PR2"}), actor="bea"))
    assert [each.plan_id for each in receiver.consents()] == ["plan-1", "plan-2"]
    given = receiver.decide_consent(("plan-1", "acceptance", "AG2", "PR2"), "given", "bea", LATER)
    assert given.state == "given"
    with pytest.raises(NotFoundError):
        receiver.record("plan-1")
    with pytest.raises(NotFoundError):
        receiver.decide_consent(("plan-3", "acceptance", "AG1", "PR1"), "given", "bea", LATER)
    assert writable.consent(("plan-1", "acceptance", "AG2", "PR2")).decided_by == "bea"


def test_a_role_that_is_made_after_the_tables_gets_its_rights_from_the_next_owner(server, address):
    owned = server.database(template="empty")
    as_service = owned.replace("owner@", "service@")
    with pytest.raises(DataError, match="may not do that"):
        open_store(as_service, NOON)
    open_store(owned, NOON).close()
    store = open_store(as_service, NOON)
    assert store.snapshot(DAY).patient_ids == []
    store.close()


def test_a_temporary_table_cannot_take_the_place_of_the_owners(service):
    """Regression: functions with the owner's rights looked into the caller's temporary tables first."""
    with service.within(ONE).database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE practices (practice_id text, agency_id text)")
        connection.exec_driver_sql("INSERT INTO practices VALUES ('PR2', 'AG2')")
        connection.exec_driver_sql("""SELECT set_config('panelwise.agencies', '["AG2"]', true)""")
        assert connection.exec_driver_sql("SELECT panelwise_practices()").scalar_one() == ["PR1", "PR2"]
        connection.exec_driver_sql("TRUNCATE pg_temp.practices")
        assert connection.exec_driver_sql("SELECT panelwise_practices()").scalar_one() == ["PR1", "PR2"]
