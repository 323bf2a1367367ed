"""A PostgreSQL server of the test run's own, from the binaries that are installed.

Tests that need one are skipped without binaries; with CI=true they fail instead. The server listens on a
socket in a temporary folder only, runs as `postgres` or `nobody` where the tests run as root (it refuses to
run as root), and is gone with the run.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from data.sql.postgres.fences import ROLE
from data.sql.schema import METADATA

FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")
OLDEST = 15
SETTINGS = (
    "max_connections = 200",
    "listen_addresses = ''",
    "autovacuum_naptime = 10min",
    "log_min_messages = panic",
)
ROOM = 2 << 30

KEPT = {"revision": "WHERE false", "audit": "WHERE event_id > 1"}
"""Rows that a new store has."""

MISSING = (
    f"no PostgreSQL {OLDEST} or newer is installed (initdb, pg_ctl): apt-get install postgresql, "
    "or name the folder of its binaries in PANELWISE_TEST_POSTGRES"
)


def binaries():
    """Folder of initdb and pg_ctl of the newest version that is installed; None where there is none."""
    named = os.environ.get("PANELWISE_TEST_POSTGRES")
    found = [Path(named)] if named else []
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    for folder in FOLDERS:
        found += sorted(Path(folder).glob("*/bin"), reverse=True) if Path(folder).is_dir() else []
    whole = [each for each in found if (each / "initdb").exists() and (each / "pg_ctl").exists()]
    return next((each for each in whole if version_of(each) >= OLDEST), None)


def version_of(folder):
    said = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])


def require():
    """The binaries; skips the test without them, fails it in CI."""
    found = binaries()
    if found is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


def memory():
    """A file system in memory where there is one with room: processes are killed here, not machines."""
    there = Path("/dev/shm")
    roomy = there.is_dir() and os.access(there, os.W_OK) and shutil.disk_usage(there).free > ROOM
    return there if roomy else None


def account():
    """Who runs the server: another user where we are root."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def as_owner():
    """What a command begins with to run as the account; `subprocess` itself would fork all our memory."""
    owner = account()
    return ["runuser", "-u", owner.pw_name, "--"] if owner else []


@dataclass
class TestServer:
    """A server that runs; `stop` ends it and removes its folder."""

    __test__ = False  # no class of tests

    folder: Path
    tools: Path
    numbers: itertools.count = field(default_factory=itertools.count)

    @staticmethod
    def started(parent=None):
        """A new server in a folder of its own, in `parent` where it is given."""
        tools = require()
        folder = Path(tempfile.mkdtemp(prefix="panelwise-pg-", dir=parent or memory()))
        server = TestServer(folder, tools)
        try:
            owner = account()
            if owner:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            server.run(
                "initdb", "--auth=trust", "--username=owner", "--encoding=UTF8", "--no-sync", *language()
            )
            with (folder / "data" / "postgresql.conf").open("a") as file:
                file.writelines(f"{line}\n" for line in (*SETTINGS, f"unix_socket_directories = '{folder}'"))
            server.run("pg_ctl", "--log", f"{folder}/log", "--wait", "start")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    def run(self, tool, *arguments):
        """One of the server's tools, on its data, as its account."""
        command = [*as_owner(), self.tools / tool, "--pgdata", self.folder / "data", *arguments]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=self.folder, check=False, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{tool} failed: {done.stdout}")

    def address(self, database, user="owner"):
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def execute(self, *statements, database="postgres", user="owner"):
        """Statements, each in a transaction of its own; the rows of the last one."""
        with psycopg.connect(self.address(database, user), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def application(self, login):
        """The application's role, and a user who is a member of it; both belong to the server, and stay."""
        there = {name for (name,) in self.execute("SELECT rolname FROM pg_roles")}
        for name, kind in ((ROLE, "NOLOGIN"), (login, f"LOGIN IN ROLE {ROLE}")):
            if name not in there:
                self.execute(f"CREATE ROLE {name} {kind}")

    def database(self, template="template0"):
        """Address of a new database, a copy of the template."""
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def emptied(self, address):
        """The database of this address as an empty store again, as if it were new: quicker than a new one."""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # guards and foreign keys rest
            for table in METADATA.tables:
                connection.execute(f'DELETE FROM "{table}" {KEPT.get(table, "")}'.encode())
            connection.execute("UPDATE revision SET revision = 0")
            connection.execute("DELETE FROM public_queue.procrastinate_jobs")
            connection.execute(
                "SELECT setval('audit_event_id_seq', 1), setval('outbox_message_id_seq', 1, false)"
            )
        return address

    def restart(self):
        """Stop at once, as if the power had failed, and start again: it recovers from its log."""
        self.run("pg_ctl", "--mode", "immediate", "--wait", "stop")
        self.run("pg_ctl", "--log", f"{self.folder}/log", "--wait", "start")

    def stop(self):
        try:
            self.run("pg_ctl", "--mode", "immediate", "--wait", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def language():
    """English order of letters where the server has it: nothing may rest on the order of the database."""
    return ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en")
