"""What stands: who has whom and why, who has nobody, how full everybody is, what somebody should look at."""

from collections.abc import Iterable, Iterator
from datetime import date

from api.client.calls import Calls, Row, part
from api.routes.capacities import LimitUse
from api.routes.findings import RunView
from api.routes.gaps import GapCounts
from api.routes.jobs import JobView
from api.sheets import Format
from api.workflow.explain import WhyNotReport
from api.workflow.findings_in_sight import Part
from api.workflow.overview import Overview
from api.workflow.panel import Panel
from api.workflow.reports import ReportName
from api.workflow.status import Status
from api.workflow.trace import Trace


class Standing(Calls):
    """Reads that change nothing."""

    def status(self, as_of: date | None = None) -> Status:
        """What the store holds, who is without a provider, the last plans."""
        return self._get(Status, "/status", as_of=as_of)

    def overview(
        self, level: str = "primary", role: str = "physician", as_of: date | None = None
    ) -> Overview:
        """One slot at a glance: gaps by practice, workload by limit, plans that wait, findings."""
        return self._get(Overview, "/overview", level=level, role=role, as_of=as_of)

    def gaps(
        self, practices: Iterable[str] = (), level: str = "primary", role: str = "physician"
    ) -> GapCounts:
        """How many patients have nobody, by code and practice."""
        return self._get(GapCounts, "/gaps", practice=tuple(practices), level=level, role=role)

    def gap_patients(self, level: str = "primary", role: str = "physician") -> Iterator[Row]:
        """The patients who have nobody."""
        return self._pages("/gaps/patients", level=level, role=role)

    def candidates(self, patient: str, level: str = "primary", role: str = "physician") -> WhyNotReport:
        """Providers for a patient, ranked, and what removes the others."""
        return self._get(WhyNotReport, "/candidates", patient=patient, level=level, role=role)

    def provider_of(
        self, patient: str, level: str = "primary", role: str = "physician", as_of: date | None = None
    ) -> Trace:
        """Who has a patient, and everything that was looked at to say so."""
        path = f"/patients/{part(patient)}/provider"
        return self._get(Trace, path, level=level, role=role, as_of=as_of)

    def panel(self, provider: str, role: str = "physician", as_of: date | None = None) -> Panel:
        """How many patients a provider has, by practice and level."""
        return self._get(Panel, f"/providers/{part(provider)}/panel", role=role, as_of=as_of)

    def capacity(self, provider: str, plan: str = "") -> list[LimitUse]:
        """Used, target and maximum of every limit, and after a plan."""
        return self._get(list[LimitUse], f"/providers/{part(provider)}/capacity", plan=plan)

    def capacities(self, *filters: str, plan: str = "") -> Iterator[Row]:
        """Use of every limit by every provider, and after a plan."""
        return self._pages("/capacities", filter=filters, plan=plan)

    def visits_with_others(self, level: str = "primary", role: str = "physician") -> Iterator[Row]:
        """Visits ahead with somebody else than the patient's provider."""
        return self._pages("/visits/with-others", level=level, role=role)

    def report(self, name: ReportName, *filters: str, days: int = 30, sort: str = "") -> Iterator[Row]:
        """Rows of a report, page by page."""
        return self._pages(f"/reports/{part(name)}", filter=filters, days=days, sort=sort)

    def report_file(
        self, name: ReportName, kind: Format | str = "csv", *filters: str, days: int = 30
    ) -> bytes:
        """A report as a file: csv, xlsx, parquet, and ics for coverage."""
        asked = {"format": kind, "filter": filters, "days": days}
        return self._ask("GET", f"/reports/{part(name)}", asked).body

    def adequacy(self, insurance: str = "") -> Iterator[Row]:
        """Network adequacy by county and specialty."""
        return self._pages("/adequacy", insurance=insurance)

    def attribution(self, method: str = "four-cut") -> Iterator[Row]:
        """Whose patient everybody is by their visits."""
        return self._pages("/attribution", method=method)

    def run_findings(self, level: str = "primary", role: str = "physician") -> JobView:
        """Queue a run of the findings; its number is the job's result."""
        return self._post(JobView, "/findings/runs", {"level": level, "role": role})

    def finding_runs(self, limit: int = 50) -> list[RunView]:
        """Runs of the findings, the newest first."""
        return self._get(list[RunView], "/findings/runs", limit=limit)

    def findings(self, *filters: str, run: int | None = None, which: Part = "all") -> Iterator[Row]:
        """Rows of the last run or of one: all, those that are new, or those that are gone."""
        path = "/findings" if run is None else f"/findings/runs/{run}"
        return self._pages(path, filter=filters, part=which)

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> Iterator[Row]:
        """Every assignment that was ever recorded for them."""
        return self._pages("/history", patient=tuple(patients), facility=tuple(facilities))

    def audit(self, *filters: str) -> Iterator[Row]:
        """The audit log, the newest first."""
        return self._pages("/audit", filter=filters)
