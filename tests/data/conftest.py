"""Stores for tests: each test that asks for one runs on every kind."""

from contextlib import contextmanager

import pytest

from data.memory import MemoryStore
from data.sql.opening import open_store
from tests.data.samples import NOON, small_tables
from tests.postgres import TestServer

KINDS = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server for the whole run, with an empty store in its database `empty`."""
    running = TestServer.started()
    try:
        running.execute("CREATE DATABASE empty")
        open_store(running.address("empty"), NOON).close()
        yield running
    finally:
        running.stop()


class Places:
    """Places for new stores: files that are not there yet, databases with an empty store."""

    def __init__(self, request, tmp_path_factory):
        self.request, self.folders, self.free = request, tmp_path_factory, []

    def __call__(self, kind):
        if kind == "sqlite":
            return str(self.folders.mktemp("store") / "store.db")
        server = self.request.getfixturevalue("server")
        return server.emptied(self.free.pop()) if self.free else server.database(template="empty")

    @contextmanager
    def lent(self, kind):
        """A place for one test; a database is used again by the next one, so leave its tables as they are."""
        place = self(kind)
        yield place
        if kind == "postgres":
            self.free.append(place)


@pytest.fixture(scope="session")
def places(request, tmp_path_factory):
    return Places(request, tmp_path_factory)


@pytest.fixture(params=KINDS)
def place(request, places):
    """A place for a new store, of each kind."""
    with places.lent(request.param) as lent:
        yield lent


@pytest.fixture(params=["memory", *KINDS])
def store(request, places):
    if request.param == "memory":
        yield MemoryStore()
        return
    with places.lent(request.param) as place:
        opened = open_store(place, NOON)
        yield opened
        opened.close()


@pytest.fixture
def filled(store):
    store.import_tables(small_tables(), "ann", NOON)
    return store
