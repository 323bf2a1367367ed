"""`panelwise serve --processes 2`: several processes behind one port, as a user has them."""

import multiprocessing
import os
import signal
import socket
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.errors import RequestError
from api.processes import Processes, listening_at, processes_at
from api.service import FAILED
from api.settings import Settings
from tests.api.served import get, post, served
from tests.api.service import filled_store

SPAWNED = b"spawn_main"
"""In the command line of a process that answers."""

READS = ("/status", "/tables/patients", "/tables/providers/P1", "/gaps", "/plans")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks at processes as Linux does"
)


@pytest.fixture
def database(tmp_path):
    filled_store(tmp_path / "panelwise.db").close()
    return tmp_path / "panelwise.db"


def answering(process):
    """Ids of the processes that answer, children of the one that watches them."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(each) for each in children if SPAWNED in command_of(each)}


def command_of(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def waited(reached, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if reached():
            return True
        time.sleep(0.05)
    return False


def statuses(url, count):
    """What so many reads, eight at a time on connections of their own, were answered with."""

    def ask(number):
        with urllib.request.urlopen(url + READS[number % len(READS)], timeout=60) as answer:
            answer.read()  # its end is sent after it was counted
            return answer.status

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(ask, range(count)))


def counted(url):
    """Requests answered so far by all processes together, but those of machines."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    asked = next(each for each in families if each.name == "panelwise_requests")
    return sum(each.value for each in asked.samples if each.labels["route"] not in ("/metrics", "/healthz"))


def test_several_processes_answer_work_survive_a_kill_and_leave_nobody_behind(database):
    with served(database, "--processes", "2") as (url, process):
        assert waited(lambda: len(answering(process)) == 2)
        before = answering(process)
        assert statuses(url, 40) == {200: 40}
        assert counted(url) == 40, "every process counts for all"

        job_id = post(f"{url}/proposals", {"preset": "fill_gaps"})["job_id"]
        with urllib.request.urlopen(f"{url}/jobs/{job_id}/events", timeout=120) as stream:
            events = [line.decode().strip() for line in stream if line.startswith(b"event:")]
        assert events[-1] == "event: end"
        done = get(f"{url}/jobs/{job_id}")
        assert (done["state"], done["attempt"]) == ("succeeded", 1), done

        gone = before.pop()
        os.kill(gone, signal.SIGKILL)
        assert waited(lambda: len(answering(process) - {gone}) == 2), "another one takes its place"
        assert statuses(url, 40) == {200: 40}
        assert counted(url) == 40 + 3 + 40, "what the killed one counted is kept"

        theirs = answering(process)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert f"process {gone} ended with -9; another one takes its place" in said
    assert said.splitlines()[-1] == "stopped"
    assert not [each for each in theirs if SPAWNED in command_of(each)]


def test_who_answers_ends_with_whoever_watches(database):
    with served(database, "--processes", "2", "--workers", "0") as (_, process):
        assert waited(lambda: len(answering(process)) == 2)
        theirs = answering(process)
        process.kill()
        assert waited(lambda: not [each for each in theirs if SPAWNED in command_of(each)])


def test_a_port_that_somebody_has_is_refused_with_a_sentence(database):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(RequestError, match=f"127.0.0.1:{port} cannot be listened on"),
            processes_at("127.0.0.1", port, Settings(database, "ann"), 2),
        ):
            pytest.fail("nobody may listen there")


def test_an_answer_of_two_parts_does_not_wait_for_the_clients_acknowledgment():
    """Regression: every read took 40 ms more than with one process."""
    with (
        listening_at("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as taken,
    ):
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_where_nothing_can_start_the_service_gives_up(caplog):
    def broken():
        process = multiprocessing.get_context("spawn").Process(target=sys.exit, args=(3,))
        process.start()
        return process

    assert Processes(broken, 1).run() == FAILED
    told = [each.getMessage() for each in caplog.records if each.name == "panelwise.serve"]
    assert len(told) == 4
    assert all("ended with 3" in each for each in told[:3])
    assert told[-1] == "none of the processes can start; the service ends"
