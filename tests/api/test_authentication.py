"""Who is let in, and as whom."""

from datetime import UTC, date, datetime, timedelta

import jwt
import pytest

from api.authentication import (
    ApiKey,
    Authentication,
    TokenRules,
    authentication_of,
    digest_of,
    read_keys,
    write_keys,
)
from api.errors import RequestError
from tests.api.service import DAY, assert_problem, client_of, filled_store

SECRET = "0123456789abcdef0123456789abcdef"
RULES = TokenRules(SECRET, "HS256", "panelwise", "https://id.example")
SOON = datetime.now(UTC) + timedelta(hours=1)
CLAIMS = {
    "sub": "ann",
    "aud": "panelwise",
    "iss": "https://id.example",
    "exp": SOON,
    "roles": ["viewer", "gardener"],
    "everywhere": True,
}
KEY = "pw_abc"


def key(**more):
    return ApiKey(sha256=digest_of(KEY), actor="nightly", roles=("planner",), everywhere=True, **more)


def bearer(credential):
    return {"Authorization": f"Bearer {credential}"}


def token(signed_with=SECRET, algorithm="HS256", **changes):
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return bearer(jwt.encode(claims, signed_with, algorithm=algorithm))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A service that takes tokens and one API key."""
    path = tmp_path_factory.mktemp("guarded") / "panelwise.db"
    filled_store(path).close()
    keys = (key(), ApiKey(sha256=digest_of("pw_old"), actor="old", roles=("viewer",), expires_on=DAY))
    with client_of(path, Authentication(RULES, {each.sha256: each for each in keys})) as client:
        yield client


def test_a_valid_token_or_key_lets_in(guarded):
    assert guarded.get("/status", headers=token()).status_code == 200
    assert guarded.get("/status", headers=bearer(KEY)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic YTpi"},
        bearer("nonsense"),
        bearer("pw_unknown"),
        bearer("pw_old"),
        token(exp=datetime.now(UTC) - timedelta(hours=1)),
        token(exp=None),
        token(sub=None),
        token(aud="another"),
        token(iss="https://evil.example"),
        token(signed_with="another secret, long enough to pass"),
        token(algorithm="HS512", signed_with=SECRET * 2),
        bearer(jwt.encode(CLAIMS, None, algorithm="none")),
        token(practices=7),
    ],
)
def test_everything_else_is_refused_in_the_one_shape(guarded, headers):
    answer = guarded.get("/status", headers=headers)
    assert_problem(answer, 401, "NOT_AUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_health_needs_no_credentials(guarded):
    assert guarded.get("/healthz").status_code == 200


def test_roles_of_other_applications_mean_nothing(guarded):
    asked = guarded.post("/tables/agencies", json=[{"agency_id": "X"}], headers=token())
    assert_problem(asked, 403, "FORBIDDEN")


def test_the_local_service_answers_this_machine_only(tmp_path):
    filled_store(tmp_path / "panelwise.db").close()
    with client_of(tmp_path / "panelwise.db") as client:
        assert client.get("/status").status_code == 200
        assert client.get("/status", headers={"Origin": "http://localhost:3000"}).status_code == 200
        assert_problem(client.get("/status", headers={"Origin": "https://evil.example"}), 403, "FORBIDDEN")
        assert_problem(client.get("/status", headers={"Host": "evil.example"}), 403, "FORBIDDEN")


def test_keys_are_kept_as_hashes_in_a_file_for_the_owner_alone(tmp_path):
    path = tmp_path / "keys.json"
    write_keys(path, (key(expires_on=date(2030, 1, 1)),))
    assert read_keys(path) == (key(expires_on=date(2030, 1, 1)),)
    assert KEY not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_everything_wrong_with_the_configuration_is_said_at_once(tmp_path):
    with pytest.raises(RequestError) as caught:
        authentication_of({"PANELWISE_JWT_KEY": "short", "PANELWISE_JWT_ALGORITHM": "none"})
    assert len(caught.value.problems) == 3  # audience, issuer, algorithm
    short = {"KEY": "short", "ALGORITHM": "HS256", "AUDIENCE": "a", "ISSUER": "b"}
    with pytest.raises(RequestError, match="too short"):
        authentication_of({f"PANELWISE_JWT_{name}": value for name, value in short.items()})
    (tmp_path / "keys.json").write_text('[{"sha256": "x", "actor": "", "roles": ["king"]}]')
    with pytest.raises(RequestError) as caught:
        read_keys(tmp_path / "keys.json")
    assert len(caught.value.problems) == 3


def test_without_configuration_the_service_is_local():
    assert authentication_of({}).local
    given = {f"PANELWISE_JWT_{name.upper()}": getattr(RULES, name) for name in ("key", "algorithm")}
    given |= {"PANELWISE_JWT_AUDIENCE": "panelwise", "PANELWISE_JWT_ISSUER": "https://id.example"}
    assert authentication_of(given).tokens == RULES
