"""Services for the tests of routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.service import client_of, filled_store
from tests.data.conftest import places, server  # noqa: F401  one server for all tests of this folder


@pytest.fixture
def service(tmp_path: Path) -> Iterator[TestClient]:
    """The local service over two small practices."""
    filled_store(tmp_path / "panelwise.db").close()
    with client_of(tmp_path / "panelwise.db") as client:
        yield client
