"""Plans and the jobs that make them."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from api.client.calls import Calls, Row, ServiceError, part
from api.routes.jobs import JobView
from api.routes.plans import Part, PlanView
from api.sheets import Format
from data.store import Receipt
from solver.compare import Comparison

LOOK_SECONDS = 0.5
FINAL = ("succeeded", "failed", "cancelled")


class Planning(Calls):
    """Propose, watch, look, commit, take back; the fields of a wish are those of `api.jobs`."""

    def propose(self, idempotency_key: str = "", **wish: Any) -> JobView:  # noqa: ANN401  the fields of a wish
        """Queue a search; the fields are those of `api.jobs.wish.ProposalWish`."""
        return self._queued("/proposals", wish, idempotency_key)

    def rebase(self, plan_id: str, idempotency_key: str = "", **wish: Any) -> JobView:  # noqa: ANN401
        """Queue a stale plan to be proposed again (`api.jobs.inquiry.RebaseWish`)."""
        return self._queued(f"/plans/{part(plan_id)}/rebase", wish, idempotency_key)

    def explain(self, plan_id: str, **wish: Any) -> JobView:  # noqa: ANN401
        """Queue reasons of a plan, a patient or a provider of it (`api.jobs.inquiry.ExplanationWish`)."""
        return self._queued(f"/plans/{part(plan_id)}/explanations", wish)

    def resilience(self, **wish: Any) -> JobView:  # noqa: ANN401
        """Queue the loss of every provider in turn (`api.jobs.inquiry.ResilienceWish`)."""
        return self._queued("/resilience", wish)

    def tradeoff(self, **wish: Any) -> JobView:  # noqa: ANN401
        """Queue several plans between two aims (`api.jobs.inquiry.TradeoffWish`)."""
        return self._queued("/tradeoffs", wish)

    def compare_rules(self, **wish: Any) -> JobView:  # noqa: ANN401
        """Queue what other rules would change (`api.jobs.inquiry.RulesWish`)."""
        return self._queued("/rules/comparisons", wish)

    def fix_gaps(self, **wish: Any) -> JobView:  # noqa: ANN401
        """Queue the closing of gaps as a policy allows (`api.jobs.routine.FixGapsWish`)."""
        return self._queued("/gaps/fix", wish)

    def jobs(self, *filters: str) -> Iterator[Row]:
        """Jobs, the newest first."""
        return self._pages("/jobs", filter=filters)

    def job(self, job_id: str) -> JobView:
        """Where a job stands."""
        return self._get(JobView, f"/jobs/{part(job_id)}")

    def cancel(self, job_id: str) -> JobView:
        """Stop a job; the best plan it holds is kept."""
        return self._post(JobView, f"/jobs/{part(job_id)}/cancel")

    def wait(
        self,
        job_id: str,
        seconds: float = 3600,
        on_progress: Callable[[JobView], None] | None = None,
    ) -> JobView:
        """The job once it has ended. ServiceError of a job that failed, TimeoutError after so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = self.job(job_id)
            if on_progress is not None:
                on_progress(job)
            if job.state == "failed":
                raise ServiceError(200, job.error or {"title": f"job {job_id} failed"})
            if job.state in FINAL:
                return job
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"job {job_id} has not ended after {seconds:g} seconds")

    def plans(self, *filters: str, sort: str = "") -> Iterator[Row]:
        """Plans, the newest first."""
        return self._pages("/plans", filter=filters, sort=sort)

    def plan(self, plan_id: str) -> PlanView:
        """Summary, terms and outcome of a plan."""
        return self._get(PlanView, f"/plans/{part(plan_id)}")

    def plan_rows(self, plan_id: str, name: Part, *filters: str, sort: str = "") -> Iterator[Row]:
        """Rows of a plan: moves, left, review, loads, statements, decisions, visits."""
        return self._pages(f"/plans/{part(plan_id)}/{name}", filter=filters, sort=sort)

    def export(self, plan_id: str, kind: Format = "csv") -> bytes:
        """The whole plan: a zip archive of CSV or Parquet files, or a workbook."""
        return self._ask("GET", f"/plans/{part(plan_id)}/export", {"format": kind}).body

    def compare(self, *plan_ids: str) -> Comparison:
        """Plans side by side, the best value of each row marked."""
        return self._get(Comparison, "/comparisons", plan=plan_ids)

    def commit(self, plan_id: str, reason: str = "", idempotency_key: str = "") -> Receipt:
        """Carry out a plan; sending it again (the plan's id is the key) commits nothing twice."""
        key = {"Idempotency-Key": idempotency_key or plan_id}
        return self._post(Receipt, f"/plans/{part(plan_id)}/commit", {"reason": reason}, key)

    def revert(self, plan_id: str) -> str:
        """Make the plan that undoes a committed one; its id."""
        made = self._post(PlanView, f"/plans/{part(plan_id)}/revert")
        return str(made.header["plan_id"])

    def _queued(self, path: str, wish: dict[str, Any], idempotency_key: str = "") -> JobView:
        key = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._post(JobView, path, wish, key)
