"""Connections to PostgreSQL, and what every transaction begins with."""

import json

import sqlalchemy as sa

from data.sql.confinement import EVERYWHERE, Confinement

LOCK = 0x70776973
"""Key of the advisory lock that every write takes first ("pwis"): whoever waits holds nothing yet, so that
two writers can never wait for each other."""

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

FROZEN_SECONDS = 120
"""How long a writer may hold the lock without a word to the server: a frozen one would stop everybody."""

CONNECT_SECONDS = 10

SETTINGS = ("panelwise.everywhere", "panelwise.practices", "panelwise.agencies", "panelwise.actor")
"""Settings of a transaction that the policies of `data.sql.postgres.fences` read."""


def address_of(where: str) -> sa.URL:
    """The address as SQLAlchemy has it; sqlalchemy.exc.ArgumentError or ValueError where it is none."""
    url = sa.make_url(where)
    return url.set(drivername="postgresql+psycopg")


def engine_of(url: sa.URL, read_only: bool) -> sa.Engine:
    """Connections that begin READ COMMITTED: after the lock, a statement sees what was written before it."""
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error's text goes into logs: it must not quote rows
        pool_pre_ping=True,  # a server that was started again is met by the next transaction, not refused
        execution_options={"postgresql_readonly": True} if read_only else {},
        connect_args={
            "application_name": "panelwise",
            "connect_timeout": CONNECT_SECONDS,
            "prepare_threshold": None,  # poolers between here and the server do not keep prepared statements
        },
    )

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        names, values = zip(*settings_of(options.get("confinement", EVERYWHERE)).items(), strict=True)
        if options.get("writes", False):
            names = (*names, "lock_timeout", "idle_in_transaction_session_timeout")
            values = (*values, f"{BUSY_SECONDS}s", f"{FROZEN_SECONDS}s")
        calls = ", ".join(f"set_config('{name}', %s, true)" for name in names)
        connection.exec_driver_sql(f"SELECT {calls}", values)
        if (
            options.get("writes", False) is True
        ):  # who only adds needs no lock: a read leaves its trace at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))

    return engine


def settings_of(confinement: Confinement) -> dict[str, str]:
    """The confinement as settings of a transaction."""
    values = (
        "on" if confinement.everywhere else "off",
        json.dumps(sorted(confinement.practices)),
        json.dumps(sorted(confinement.agencies)),
        confinement.actor,
    )
    return dict(zip(SETTINGS, values, strict=True))
