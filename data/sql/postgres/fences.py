"""Row-level security: what a transaction sees is what its settings say, whatever the application asks for.

The second fence behind `api.access_sight`, and the same rules. A transaction without settings sees nothing of
any practice. The owner of the tables is not fenced in (it migrates); everybody else is, first of all members
of the role `panelwise_application`, which have the rights that the application needs and no more.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from data.sql.postgres import queue
from data.sql.schema import METADATA

ROLE = "panelwise_application"
"""Role of the service's login users; made by an administrator, given its rights by whoever migrates."""

EVERYWHERE = "(SELECT panelwise_everywhere())"
PRACTICES = "(SELECT panelwise_practices())::text[]"
NAMED_PRACTICES = "(SELECT panelwise_setting('panelwise.practices'))::text[]"
AGENCIES = "(SELECT panelwise_setting('panelwise.agencies'))::text[]"
"""In sub-selects, so that each is computed once for a statement and not once for a row."""

FUNCTIONS = {
    "panelwise_setting(name text)": (
        "RETURNS text[] LANGUAGE sql STABLE",
        """SELECT coalesce(array_agg(value), '{}')
        FROM jsonb_array_elements_text(coalesce(nullif(current_setting(name, true), ''), '[]')::jsonb)""",
    ),
    "panelwise_everywhere()": (
        "RETURNS boolean LANGUAGE sql STABLE",
        "SELECT coalesce(current_setting('panelwise.everywhere', true), '') = 'on'",
    ),
    "panelwise_practices()": (
        "RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp",
        """SELECT coalesce(array_agg(practice_id), '{}') FROM practices
        WHERE practice_id = ANY(panelwise_setting('panelwise.practices'))
        OR agency_id = ANY(panelwise_setting('panelwise.agencies'))""",
    ),
    "panelwise_next_rows(count bigint)": (
        "RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = {schema}, pg_temp",
        """SELECT setval(pg_get_serial_sequence('assignments', 'row_id'),
        (SELECT coalesce(max(row_id), 0) FROM assignments) + count) - count + 1""",
    ),
}
"""Arguments, properties and body. The practices in sight are those named and all of the agencies named.

Rows are numbered without gaps whatever was rolled back, and whatever of them is in sight: the lock is held.
What runs with the owner's rights looks for tables where the owner's are, not among temporary ones first.
"""


def _seen(table: str, column: str, own: str) -> str:
    """Whether the row that `own.column` names is in sight: policies of `table` hold inside."""
    return f'EXISTS (SELECT FROM "{table}" AS seen WHERE seen."{column}" = "{own}"."{column}")'


_SCOPE = "(header::jsonb #> '{scope,practices}')"
_WISHED = "(request::jsonb #> '{wish,scope,practices}')"
_WHO = "(request::jsonb -> 'principal')"
_ACTING = f"coalesce({_WHO} ->> 'acting', '')"
_COVERED = 'EXISTS (SELECT FROM providers AS seen WHERE seen.provider_id = "assignments".covers_provider_id)'

ROWS = {
    "agencies": f"agency_id = ANY({AGENCIES})",
    "practices": f"practice_id = ANY({PRACTICES})",
    "facilities": f"practice_id = ANY({PRACTICES})",
    "providers": f"practice_id = ANY({PRACTICES}) OR agency_id = ANY({AGENCIES})",
    "patients": f"practice_id = ANY({PRACTICES}) "
    f"OR practice_id IS NULL AND {_seen('facilities', 'facility_id', 'patients')}",
    **{
        name: _seen("providers", "provider_id", name)
        for name in ("licenses", "credentials", "participations", "absences")
    },
    **{
        name: _seen("patients", "patient_id", name)
        for name in ("visits", "pins", "rejections", "visit_orders")
    },
    "groups": _seen("facilities", "facility_id", "groups"),
    "assignments": f"{_seen('patients', 'patient_id', 'assignments')} "
    f"OR {_seen('facilities', 'facility_id', 'assignments')} OR {_COVERED}",
    "plans": f"{_SCOPE} <> '[]' AND {_SCOPE} <@ to_jsonb({PRACTICES})",
    "plan_tables": _seen("plans", "plan_id", "plan_tables"),
    "commits": _seen("plans", "plan_id", "commits"),
    "activations": _seen("plans", "plan_id", "activations"),
    "consents": f"{_seen('plans', 'plan_id', 'consents')} "
    f"OR practice_id = ANY({PRACTICES}) OR agency_id = ANY({AGENCIES})",
    "jobs": f"{_WISHED} <> '[]' AND {_WISHED} <@ to_jsonb({PRACTICES})",
    "job_results": 'EXISTS (SELECT FROM "jobs" AS seen WHERE seen.job_id = "job_results".job_id '
    "AND seen.actor = current_setting('panelwise.actor', true))",
    "audit": "actor = current_setting('panelwise.actor', true)",
}
"""Rows in sight besides `everywhere`; of tables that are not named, none are."""

NO_MORE = (
    f"{EVERYWHERE} OR {_WHO} ->> 'everywhere' = 'false' "
    f"AND (NOT {_WHO} -> 'roles' ? 'customer_admin' AND {_ACTING} = '' OR {_ACTING} = ANY({AGENCIES})) "
    f"AND {_WHO} -> 'practices' <@ to_jsonb({NAMED_PRACTICES}) "
    f"AND {_WHO} -> 'agencies' <@ to_jsonb({AGENCIES})"
)
"""Whoever queues a job cannot have it run with more rights than their own: it acts later, for them."""

SEEN_BY_ALL = ("programs", "insurances", "revision")
"""Tables that belong to nobody: everybody may read them."""

WRITTEN_BY_ALL = ("revision", "changes", "snapshots", "files", "audit", "outbox")
"""Tables that every commit or plan adds to, whatever of them its writer may read."""

CHANGED = {
    "assignments": ("superseded_at", "superseded_by_plan_id"),
    "plans": ("state", "changed_at", "changed_by", "committed_revision"),
    "outbox": ("sent_at",),
    "consents": ("state", "decided_by", "decided_at", "reason"),
    "rejections": ("revoked_at", "revoked_by"),
    "revision": ("revision",),
}
"""Columns that the application may change, of tables that it otherwise only adds to."""

KEPT = (*CHANGED, "activations", "visit_orders", "plan_tables", "snapshots", "files", "commits", "audit")
"""Tables from which the application never deletes."""


def policies() -> dict[tuple[str, str], str]:
    """Body of every policy by table and name."""
    found = {}
    for name in METADATA.tables:
        rows = f"{EVERYWHERE} OR {ROWS[name]}" if name in ROWS else EVERYWHERE
        found[name, "panelwise_in_sight"] = f"USING ({rows})"
        if name in SEEN_BY_ALL:
            found[name, "panelwise_read"] = "FOR SELECT USING (true)"
        if name in WRITTEN_BY_ALL:
            found[name, "panelwise_add"] = "FOR INSERT WITH CHECK (true)"
    found["revision", "panelwise_raise"] = "FOR UPDATE USING (true)"
    found["jobs", "panelwise_no_more_than_own"] = f"AS RESTRICTIVE FOR INSERT WITH CHECK ({NO_MORE})"
    return found


def install(connection: sa.Connection) -> None:
    """Row-level security on every table, with these functions and policies, and the rights of the role."""
    schema = _schema(connection)
    for signature, (properties, body) in FUNCTIONS.items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {signature} {properties.format(schema=schema)} AS $body${body}$body$"
        )
    connection.exec_driver_sql("REVOKE ALL ON FUNCTION panelwise_next_rows FROM PUBLIC")
    for name in METADATA.tables:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
    for (table, name), body in policies().items():
        connection.exec_driver_sql(f'DROP POLICY IF EXISTS {name} ON "{table}"')
        connection.exec_driver_sql(f'CREATE POLICY {name} ON "{table}" {body}')
    grant(connection)


def lacks_rights(connection: sa.Connection) -> bool:
    """Whether the role is there without its rights (it was made later), and this user may give them."""
    sql = (
        "SELECT count(*) FROM pg_roles, pg_class "
        "WHERE rolname = %s AND pg_class.oid = to_regclass('revision') "
        "AND pg_has_role(relowner, 'USAGE') AND NOT has_table_privilege(rolname, pg_class.oid, 'SELECT')"
    )
    return bool(connection.exec_driver_sql(sql, (ROLE,)).scalar_one())


def grant(connection: sa.Connection) -> None:
    """Give the application's role, where there is one, its rights."""
    there = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)).first()
    if there is None:
        return
    schema = _schema(connection)
    for statement in (
        f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {ROLE}",
        f"GRANT SELECT ON alembic_version TO {ROLE}",
        f"GRANT EXECUTE ON FUNCTION panelwise_next_rows TO {ROLE}",
        *(f'GRANT {rights} ON "{name}" TO {ROLE}' for name, rights in _rights().items()),
    ):
        connection.exec_driver_sql(statement)
    queue.grant(connection, ROLE)


def _schema(connection: sa.Connection) -> str:
    return str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())


def _rights() -> dict[str, str]:
    rights = {}
    for name in METADATA.tables:
        found = ["SELECT", "INSERT"]
        if name in CHANGED:
            found.append(f"UPDATE ({_columns(CHANGED[name])})")
        if name not in KEPT:
            found += ["UPDATE", "DELETE"]
        rights[name] = ", ".join(found)
    return rights


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
