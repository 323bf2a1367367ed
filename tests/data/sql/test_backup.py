"""Back-up and restore: everything is there again, guards, fences and rights too; nothing by halves."""

import json
import os
import threading
import time
from pathlib import Path

import pytest

from data.errors import DataError
from data.sql.backup import back_up, restore
from data.sql.confinement import Confinement
from data.sql.opening import bring_up_to_date, open_store
from data.sql.schema import VERSION
from tests.data.conftest import KINDS
from tests.data.samples import DAY, LATER, NOON, moved, plan_of, small_tables, table
from tests.data.sql.look import connected, dump, rows
from tests.postgres import binaries


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """pg_dump and pg_restore of the server that the tests start."""
    found = binaries()
    if found:
        monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def path(place):
    """A store with a plan committed, one that waits, and a snapshot."""
    store = open_store(place, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.commit(moved(store, notices=(("t", "{}"),)))
    store.save_plan(plan_of("waits"), "ready", LATER, store.snapshot(DAY))
    store.close()
    return place


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "own.rules"
    folder.mkdir()
    (folder / "own.yaml").write_text("rules: []\n", encoding="utf-8")
    return folder


def another(request, tmp_path, place):
    """A place of the same kind without a store."""
    on_server = place.startswith("postgresql:")
    return request.getfixturevalue("server").database() if on_server else str(tmp_path / "again.db")


def test_a_backup_makes_the_same_store_again(path, documents, tmp_path, request):
    made = back_up(path, tmp_path / "backup", LATER, documents)
    assert (made.version, made.revision, made.made_at) == (VERSION, 2, LATER.isoformat())
    where, before = another(request, tmp_path, path), dump(path)
    restore(tmp_path / "backup", where, LATER, tmp_path / "again.rules")
    after, noted = dump(where), open_store(where, LATER)
    assert {name for name in before if before[name] != after[name]} == {"audit"}
    assert noted.audit(1).to_pylist()[0]["action"] == "restore"
    assert noted.audit().num_rows == len(before["audit"]) + 1
    assert noted.missing_guards() == []
    assert noted.input_of("waits").patient_ids == ["A1", "A2", "A3"]
    assert (tmp_path / "again.rules" / "own.yaml").read_text(encoding="utf-8") == "rules: []\n"
    noted.import_tables({"patients": table("patients", {"patient_id": "A4"})}, "ann", LATER)
    with pytest.raises(Exception, match="never changed in place"), connected(where) as connection:
        connection.exec_driver_sql("UPDATE assignments SET provider_id = 'P9'")
    noted.close()


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(path, tmp_path, request):
    """Every import renames both providers alike; a torn copy has one of each."""
    store, stop = open_store(path, NOON), threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            named = ({"provider_id": each, "name": f"name {number}"} for each in ("P1", "P2"))
            store.import_tables({"providers": table("providers", *named)}, "ann", LATER)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while store.revision() < 4:
            time.sleep(0.01)
        made = back_up(path, tmp_path / "backup", LATER)
    finally:
        stop.set()
        writer.join()
    where = another(request, tmp_path, path)
    restore(tmp_path / "backup", where, LATER)
    restored = open_store(where, LATER)
    assert made.revision <= restored.revision() <= store.revision()
    assert len(set(restored.snapshot(DAY).providers["name"].to_pylist())) == 1
    restored.close()
    store.close()


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_rights_and_fences_of_the_application_are_given_anew(path, tmp_path, server):
    """They belong to the server's roles, which a dump does not have; the functions of the owner above all."""
    server.application("service")
    back_up(path, tmp_path / "backup", LATER)
    where = server.database()
    restore(tmp_path / "backup", where, LATER)
    service = open_store(where.replace("owner@", "service@"), LATER)
    assert service.snapshot(DAY).patient_ids == ["A1", "A2", "A3"]
    assert service.within(Confinement(practices=frozenset({"PR1"}))).snapshot(DAY).patient_ids == []
    service.close()
    public = (
        "SELECT proname FROM pg_proc WHERE prosecdef AND has_function_privilege('public', oid, 'EXECUTE')"
    )
    assert rows(where, public) == rows(path, public)


def test_a_backup_that_is_damaged_is_refused_and_makes_nothing(path, tmp_path, request):
    back_up(path, tmp_path / "backup", LATER)
    copy = next(each for each in (tmp_path / "backup").iterdir() if each.name.startswith("store."))
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    where = another(request, tmp_path, path)
    with pytest.raises(DataError, match=f"{copy.name} is not what was backed up"):
        restore(tmp_path / "backup", where, LATER)
    copy.unlink()
    with pytest.raises(DataError, match="is no whole backup"):
        restore(tmp_path / "backup", where, LATER)
    if where.startswith("postgresql:"):
        assert rows(where, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    else:
        assert not Path(where).exists()


def test_nothing_that_is_there_is_overwritten(path, documents, tmp_path, request):
    folder = tmp_path / "backup"
    back_up(path, folder, LATER, documents)
    before = dump(path)
    with pytest.raises(DataError, match="is there already"):
        back_up(path, folder, LATER)
    with pytest.raises(DataError, match=r"is there already|holds tables"):
        restore(folder, path, LATER)
    with pytest.raises(DataError, match=r"own.rules is there already"):
        restore(folder, another(request, tmp_path, path), LATER, documents)
    assert dump(path) == before


def test_a_backup_goes_back_where_it_belongs(path, tmp_path):
    back_up(path, tmp_path / "backup", LATER)
    other = str(tmp_path / "x.db") if path.startswith("postgresql:") else "postgresql://u@127.0.0.1:1/x"
    with pytest.raises(DataError, match="restore it where it belongs"):
        restore(tmp_path / "backup", other, LATER)


def test_a_folder_that_is_no_backup_is_told_so(tmp_path):
    for listing in (None, "{}", "[]", "not JSON", json.dumps({"kind": "sqlite"})):
        folder = tmp_path / f"folder {listing}"[:20].replace("/", "")
        folder.mkdir(exist_ok=True)
        if listing is not None:
            (folder / "backup.json").write_text(listing, encoding="utf-8")
        with pytest.raises(DataError, match="is no whole backup"):
            restore(folder, tmp_path / "new.db", LATER)
    assert not (tmp_path / "new.db").exists()


def test_what_cannot_be_backed_up_leaves_nothing_behind(tmp_path):
    (tmp_path / "text.db").write_text("no database", encoding="utf-8")
    for where, words in (
        (tmp_path / "none.db", "there is no store"),
        (tmp_path / "text.db", "not a database"),
        ("postgresql://u@127.0.0.1:1/x", "nobody listens there"),
    ):
        with pytest.raises(DataError, match=words):
            back_up(where, tmp_path / "backup", LATER)
        assert sorted(each.name for each in tmp_path.iterdir()) == ["text.db"]


@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_guards_that_are_missing_are_put_back(path):
    drop = "DROP TRIGGER audit_no_change" + (" ON audit" if path.startswith("postgresql:") else "")
    with connected(path) as connection:
        connection.exec_driver_sql(drop)
        connection.commit()
    done = bring_up_to_date(path, LATER)
    assert (done.before, done.after) == (VERSION, VERSION)
    assert [each for each in done.mended if "audit_no_change" in each]
    store = open_store(path, LATER)
    assert store.missing_guards() == []
    store.close()
    assert bring_up_to_date(path, LATER).mended == ()
