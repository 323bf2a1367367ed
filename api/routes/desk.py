"""What one request works with: the guarded store, rules, principal, clock."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Annotated

import pyarrow as pa
from fastapi import Depends, Header, Query, Request

from api import clock
from api.access import Principal
from api.access_sight import Sight
from api.access_store import GuardedStore
from api.errors import RequestError
from api.settings import Settings
from api.wiring import put_in_force, rules_of
from api.workflow.decide import Rulebook
from api.workflow.gaps import Gaps
from api.workflow.rule_versions import keep
from api.workflow.view import View
from api.workflow.views import Views
from data.job_store import JobStore
from data.rule_store import RuleStore
from data.slot import Slot
from data.snapshot import Snapshot
from data.store import Store

KEPT_REPORTS = 2
"""Reports kept while somebody turns their pages: one of a million patients takes 150 MB."""

LOG = logging.getLogger("panelwise")


@dataclass
class Office:
    """What all requests of one app share.

    `rule_texts` reads the documents in force, `identify` names the caller, `woken`
    is called when there is a new job. `working`: held while something is worked out that many ask
    for, `ruling`: while documents of rules are read and then written.
    """

    settings: Settings
    store: Store
    rule_texts: Callable[[], Mapping[str, str]]
    identify: Callable[[Request], Principal]
    jobs: JobStore
    woken: Callable[[], None]
    now: Callable[[], datetime] = clock.now
    today: Callable[[], date] = clock.today
    working: Lock = field(default_factory=Lock)
    ruling: Lock = field(default_factory=Lock)
    _views: Views = field(default_factory=Views)
    _rules: tuple[Mapping[str, str], Rulebook] | None = None
    _reports: dict[object, pa.Table] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def report(self, key: object, make: Callable[[], pa.Table]) -> pa.Table:
        """A report, made once for all its pages while its key stands."""
        with self._lock:
            found = self._reports.pop(key, None)
        if found is None:
            found = make()
        with self._lock:
            self._reports[key] = found  # the last one used comes last
            while len(self._reports) > KEPT_REPORTS:
                del self._reports[next(iter(self._reports))]
        return found

    @cached_property
    def rules(self) -> RuleStore:
        """Rule books and runs of findings that are kept."""
        return rules_of(self.store)

    def rulebook(self) -> Rulebook:
        """The rules in force, read anew when a document changed."""
        texts = self.rule_texts()
        found = self._rules
        if found is None or found[0] != texts:
            found = self._rules = (texts, Rulebook.of(texts))
        return found[1]

    def view(self, snapshot: Snapshot, slot: Slot) -> View:
        """The slot under the rules in force; kept while data and rules stand."""
        return self._views.view(snapshot, self.rulebook(), slot)

    def look_ahead(self) -> None:
        """Read and work out what most requests of today need, so that the first one does not wait for it."""
        try:
            snapshot = self.store.snapshot(self.today())
            self.gaps(snapshot, Slot())
            _ = self.view(snapshot, Slot()).capacities
        except (
            Exception
        ):  # whoever asks is told; that nothing is warm must not keep the service from starting
            LOG.warning("nothing could be read ahead of the first request", exc_info=True)

    def gaps(self, snapshot: Snapshot, slot: Slot, horizon_days: int = 90) -> Gaps:
        """Everybody's gaps on the day of the snapshot; kept while the data stands."""
        return self._views.gaps(self.view(snapshot, slot), horizon_days)


@dataclass(frozen=True)
class Desk:
    """One request's own: the principal and the store as they have it."""

    office: Office
    store: GuardedStore

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return self.store.principal

    @property
    def actor(self) -> str:
        """Name in the audit log."""
        return self.principal.actor

    def now(self) -> datetime:
        """The present moment."""
        return self.office.now()

    def day(self, as_of: date | None) -> date:
        """The day asked for, or today."""
        return as_of or self.office.today()

    def rulebook(self) -> Rulebook:
        """The rules in force."""
        return self.office.rulebook()

    def sight(self, as_of: date | None, known_at: datetime | None = None) -> Sight:
        """What the principal sees."""
        return self.store.sight(self.day(as_of), known_at)

    def put_in_force(self, texts: Mapping[str, str], subject: str, reason: str, new: bool = False) -> None:
        """Write checked documents of rules; what was in force before and after is kept, and who did it."""
        office = self.office
        keep(office.rules, self.rulebook(), self.actor, self.now(), in_force=True)
        put_in_force(office.settings, texts, new)
        keep(office.rules, self.rulebook(), self.actor, self.now(), in_force=True)
        self.store.note(self.now(), self.actor, "rules", subject, reason)

    def noted(self, action: str, subject: str) -> None:
        """Leave a trace of a read of patient data."""
        self.store.note(self.now(), self.actor, action, subject)


async def desk_of(  # nothing here waits for anything, and a thread of its own would cost more
    request: Request,
    acting: Annotated[
        str | None,
        Header(alias="X-Acting-Agency", description="one of the caller's agencies: nothing else is in sight"),
    ] = None,
) -> Desk:
    """The desk of a request; HttpError 401 where nobody is known to ask, AgencyError for others' agencies."""
    office: Office = request.app.state.office
    principal = office.identify(request)
    if acting:
        principal = principal.acting_for(acting)
    request.state.actor = principal.actor  # for the log line
    return Desk(office, GuardedStore(office.store, principal))


AtDesk = Annotated[Desk, Depends(desk_of)]
AsOf = Annotated[date | None, Query(description="look from this day; today where missing")]
KnownAt = Annotated[
    datetime | None, Query(description="as it was known at this moment (with a time zone); now where missing")
]


async def slot_of(
    level: Annotated[str, Query(description="primary, program:ID or specialty:CODE")] = "primary",
    role: Annotated[str, Query(description="physician, care_manager, ...")] = "physician",
) -> Slot:
    """The slot of a request; RequestError for a level that is none."""
    try:
        return Slot(level, role)
    except ValueError as error:
        raise RequestError((str(error),)) from None


AtSlot = Annotated[Slot, Depends(slot_of)]
