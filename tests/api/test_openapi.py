"""Whatever is sent, within the documented forms and beyond them, nothing breaks inside."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.api.service import client_of, filled_store

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]
EXAMPLES = 6
"""Requests of each kind for each route; the whole file takes half a minute of an idle machine."""


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """A service whose jobs nobody runs, so that what is sent here is only kept."""
    path = tmp_path_factory.mktemp("described") / "panelwise.db"
    filled_store(path).close()
    with client_of(path) as client:
        yield client


def operations(client):
    document = schemathesis.openapi.from_asgi("/openapi.json", client.app)
    return [found.ok() for found in document.get_all_operations()]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=["as documented", "not as documented"])
def test_no_request_breaks_the_service(described, mode):
    called = 0

    def call(case):
        nonlocal called
        called += 1
        case.validate_response(case.call(base_url="http://127.0.0.1"), checks=CHECKS)

    for operation in operations(described):
        if mode is GenerationMode.NEGATIVE and not (
            list(operation.iter_parameters()) or list(operation.body)
        ):
            continue
        bounded = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        with suppress(Unsatisfiable):  # where nothing that is sent could be wrong
            bounded(given(case=operation.as_strategy(generation_mode=mode))(call))()
    assert called > 100
