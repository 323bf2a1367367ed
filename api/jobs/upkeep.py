"""Does what the timetable says, in every process that runs jobs: each moment is done by one of them."""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime

from api.access import Principal
from api.errors import RequestError
from api.jobs.inquiry import FindingsWish
from api.jobs.kinds import kind_of
from api.jobs.routine import ActivateWish, FixGapsWish
from api.jobs.timetable import Schedule, Timetable, verdict
from api.jobs.wish import Wish, WishedScope, packed
from data.job import Job
from data.schedule_store import ScheduleStore

TICK_SECONDS = 2.0
"""How often the timetable is looked at."""

LOG = logging.getLogger("panelwise.upkeep")


@dataclass
class Upkeep:
    """Looks at a timetable again and again. What takes long becomes a job, queued as its moment is taken.

    `errands` are what is done here, by action: short, and asked for again if its process dies. `woken` is
    called when there is a new job.
    """

    timetable: Timetable
    schedules: ScheduleStore
    errands: Mapping[str, Callable[[], object]]
    now: Callable[[], datetime]
    woken: Callable[[], None]
    _stopped: threading.Event = field(default_factory=threading.Event)
    _running: dict[str, Future[object]] = field(default_factory=dict)
    _problems: dict[str, str] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "errand"))
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, beside whatever else this process does."""
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def tick(self) -> None:
        """One look at every schedule."""
        for each in self.timetable.schedules:
            if each.enabled and not self._busy(each.name):
                self._look(each)

    def _run(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # a store that is busy or gone for a while must not end the timetable
                LOG.exception("the timetable could not be looked at; it is tried again")

    def _look(self, schedule: Schedule) -> None:
        zone, now = self.timetable.zone, self.now()
        due, taken = schedule.due(zone, now), self.schedules.taken(schedule.name)
        said = verdict(taken, due, schedule.following(zone, now))
        if said == "wait":
            return
        errand = self.errands.get(schedule.do)
        job = None
        if said == "run" and errand is None:
            job = job_of(schedule, self.timetable.time_zone, due, now, now.astimezone(zone).date())
        if not self.schedules.take(schedule.name, taken, due, now, job) or said == "set":
            return  # another process has it, or it is only begun
        if errand is not None:
            self._running[schedule.name] = self._pool.submit(self._run_errand, schedule.name, errand)
        else:
            self.woken()

    def _run_errand(self, name: str, errand: Callable[[], object]) -> None:
        """Run it; what goes wrong is in the log, once, and the next moment comes anyway."""
        problem = ""
        try:
            errand()
        except RequestError as error:
            problem = "; ".join(error.problems)
            if problem != self._problems.get(name):
                LOG.warning("schedule %s cannot do its work: %s", name, problem)
        except Exception:
            LOG.exception("what schedule %s does failed; it is done again when it is due", name)
        self._problems[name] = problem

    def _busy(self, name: str) -> bool:
        """Whether an errand of before still runs here: it is not run beside itself."""
        running = self._running.get(name)
        return running is not None and not running.done()


def job_of(schedule: Schedule, time_zone: str, due: datetime, at: datetime, today: date) -> Job:
    """The job of a schedule's moment: one, whoever queues it. It acts for the schedule, with every right."""
    name = hashlib.sha256(f"{schedule.name}\0{due.isoformat()}".encode()).hexdigest()[:16]
    wish = wish_of(schedule, time_zone, today)
    who = Principal(f"schedule:{schedule.name}", frozenset({"customer_admin"}), everywhere=True)
    return Job(f"job-{name}", kind_of(wish), who.actor, packed(wish, who), at, at)


def wish_of(schedule: Schedule, time_zone: str, today: date) -> Wish:
    """What a schedule's job is asked for."""
    if schedule.policy is not None:
        policy, scope = schedule.policy, WishedScope(practices=schedule.policy.practices)
        return FixGapsWish(
            as_of=today, policy=policy, time_zone=time_zone, seconds=policy.longest, scope=scope
        )
    if schedule.do == "findings":
        return FindingsWish(as_of=today, level=schedule.level, role=schedule.role)
    return ActivateWish(as_of=today)
