"""People's word on plans: moves rejected or sent to others, approval, acceptance, departures."""

from collections.abc import Iterable, Iterator
from datetime import date

from api.client.calls import Calls, Row, part
from api.routes.activations import ActivatedView
from api.routes.departures import Check
from api.routes.plans import PlanView
from api.routes.reviews import ConsentView
from api.routes.temporaries import TemporaryView


class Reviewing(Calls):
    """Review of plans."""

    def reject_moves(self, plan_id: str, patients: Iterable[str], reason: str) -> PlanView:
        """The plan without the moves of these patients, which takes the place of this one."""
        body = {"patients": list(patients), "reason": reason}
        return self._post(PlanView, f"/plans/{part(plan_id)}/moves/reject", body)

    def retarget_moves(self, plan_id: str, patients: Iterable[str], to: str, reason: str) -> PlanView:
        """The plan with these patients going to another provider."""
        body = {"patients": list(patients), "to_provider_id": to, "reason": reason}
        return self._post(PlanView, f"/plans/{part(plan_id)}/moves/retarget", body)

    def settle_moves(self, plan_id: str) -> PlanView:
        """The plan with the patients whose exceptions are approved by now."""
        return self._post(PlanView, f"/plans/{part(plan_id)}/moves/settle")

    def submit(self, plan_id: str) -> list[ConsentView]:
        """Ask for every consent that a plan needs."""
        return self._post(list[ConsentView], f"/plans/{part(plan_id)}/submit")

    def approve(self, plan_id: str, reason: str = "") -> list[ConsentView]:
        """Approve a plan that waits for it."""
        return self._post(list[ConsentView], f"/plans/{part(plan_id)}/approve", {"reason": reason})

    def reject(self, plan_id: str, reason: str) -> PlanView:
        """Refuse a whole plan."""
        return self._post(PlanView, f"/plans/{part(plan_id)}/reject", {"reason": reason})

    def consents(self, *filters: str) -> Iterator[Row]:
        """What waits for somebody's word, or got it."""
        return self._pages("/consents", filter=filters)

    def consents_of(self, plan_id: str) -> list[ConsentView]:
        """Whose word a plan waits for, and who has given or refused it."""
        return self._get(list[ConsentView], f"/plans/{part(plan_id)}/consents")

    def handed_over(self, plan_id: str, agency: str = "", practice: str = "") -> Iterator[Row]:
        """The patients whom a receiver (as `consents` names it) is asked to accept."""
        return self._pages(f"/consents/{part(plan_id)}/moves", agency=agency, practice=practice)

    def accept(self, plan_id: str, reason: str = "") -> list[ConsentView]:
        """Take the patients of a plan of others for providers of one's own."""
        return self._post(list[ConsentView], f"/consents/{part(plan_id)}/accept", {"reason": reason})

    def decline(self, plan_id: str, reason: str = "") -> list[ConsentView]:
        """Decline them."""
        return self._post(list[ConsentView], f"/consents/{part(plan_id)}/decline", {"reason": reason})

    def rejections(self, *filters: str) -> Iterator[Row]:
        """Pairs that people rejected, and that are not proposed again."""
        return self._pages("/rejections", filter=filters)

    def revoke_rejection(self, rejection_id: int, reason: str = "") -> Row:
        """Let a pair be proposed again."""
        return self._post(Row, f"/rejections/{rejection_id}/revoke", {"reason": reason})

    def activations(self) -> Iterator[Row]:
        """Plans whose day has come and that were looked at again."""
        return self._pages("/activations")

    def activate(self) -> list[ActivatedView]:
        """Look at every committed plan whose day has come."""
        return self._post(list[ActivatedView], "/activations")

    def cover(
        self, provider: str, by: str, starts_on: date, ends_on: date, reason: str, **only: str
    ) -> PlanView:
        """Make the plan by which somebody stands in; `only`: facility, patient, level, role."""
        days = {"starts_on": starts_on, "ends_on": ends_on}
        body = {"covers": provider, "by": by, "reason": reason, **days, **only}
        return self._post(PlanView, "/coverages", body)

    def set_temporary(
        self, patient: str, provider: str, review_on: date, reason: str, **more: str | bool
    ) -> TemporaryView:
        """Make the plan that gives a patient to a provider for now; `more`: code, override, level, role."""
        body = {"patient": patient, "provider": provider, "review_on": review_on, "reason": reason}
        return self._post(TemporaryView, "/temporaries", body | more)

    def departure_check(self, provider: str) -> Check:
        """What still rests on a provider."""
        return self._get(Check, f"/providers/{part(provider)}/departure-check")

    def deactivate(self, provider: str, reason: str, force: bool = False) -> Check:
        """Mark a provider as no longer active."""
        body = {"reason": reason, "force": force}
        return self._post(Check, f"/providers/{part(provider)}/deactivate", body)
