"""Rules: what is in force, what it says, what it was, and exceptions to it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from api.client.calls import Calls, Row, part
from api.routes.rule_versions import Texts, VersionView
from api.routes.rules import Checked, RulesInForce, Tested
from api.workflow.waivers import WaiverState
from rules.difference import Change
from rules.validate import PairVerdict


class Ruling(Calls):
    """Rules in force, versions of them, waivers."""

    def rules(self) -> RulesInForce:
        """Rules, limits and objective presets in force."""
        return self._get(RulesInForce, "/rules")

    def why(
        self, patient: str, provider: str, level: str = "primary", role: str = "physician"
    ) -> PairVerdict:
        """Every rule's verdict on a pair."""
        return self._get(
            PairVerdict, "/rules/why", patient=patient, provider=provider, level=level, role=role
        )

    def broken_rules(self, *filters: str, level: str = "primary", role: str = "physician") -> Iterator[Row]:
        """Everything that stands against the rules, one finding a row."""
        return self._pages("/rules/audit", filter=filters, level=level, role=role)

    def check_rules(self, documents: Mapping[str, str]) -> Checked:
        """Type-check documents (YAML by file name) together with those in force."""
        return self._post(Checked, "/rules/check", {"documents": dict(documents)})

    def test_rules(self, documents: Mapping[str, str]) -> Tested:
        """Run the examples in documents and in those in force."""
        return self._post(Tested, "/rules/test", {"documents": dict(documents)})

    def rule_versions(self, limit: int = 50) -> list[VersionView]:
        """Every set of rules that was in force or tried, the newest first."""
        return self._get(list[VersionView], "/rules/versions", limit=limit)

    def rule_texts(self, version: str = "in-force") -> Texts:
        """The documents of one version."""
        return self._get(Texts, f"/rules/versions/{part(version)}")

    def change_rules(
        self, documents: Mapping[str, str], reason: str, remove: Sequence[str] = (), if_match: str = ""
    ) -> VersionView:
        """Put documents in force (YAML by file name), and take others out.

        `if_match`: digest of the version that they were written for.
        """
        body = {"documents": dict(documents), "remove": list(remove), "reason": reason}
        headers = {"If-Match": f'"{if_match}"'} if if_match else {}
        return self._post(VersionView, "/rules/versions", body, headers)

    def restore_rules(self, version: str, reason: str) -> VersionView:
        """Bring back an earlier version; exceptions stay as they are today."""
        return self._post(VersionView, f"/rules/versions/{part(version)}/restore", {"reason": reason})

    def rule_changes(self, old: str, new: str = "in-force") -> list[Change]:
        """What differs from one version to another."""
        return self._get(list[Change], "/rules/diff", old=old, new=new)

    def waivers(self) -> list[WaiverState]:
        """Exceptions to rules, requests first."""
        return self._get(list[WaiverState], "/waivers")

    def request_waiver(self, rule: str, reason: str, until: date, **more: Any) -> WaiverState:  # noqa: ANN401
        """Request an exception; `more`: patient, provider, code, from, justify."""
        body = {"rule": rule, "reason": reason, "until": until} | more
        return self._post(WaiverState, "/waivers", body)

    def approve_waiver(self, name: str) -> WaiverState:
        """Approve a request, in a role that the rule asks for."""
        return self._post(WaiverState, f"/waivers/{part(name)}/approve")

    def revoke_waiver(self, name: str) -> WaiverState:
        """End an exception today."""
        return self._post(WaiverState, f"/waivers/{part(name)}/revoke")
