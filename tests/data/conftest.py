"""Stores for tests: each test that asks for one runs on every kind."""

import pytest

from data.memory import MemoryStore
from data.sql.opening import open_store
from tests.data.samples import NOON, small_tables


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    opened = MemoryStore() if request.param == "memory" else open_store(tmp_path / "test.db", NOON)
    yield opened
    opened.close()


@pytest.fixture
def filled(store):
    store.import_tables(small_tables(), "ann", NOON)
    return store
