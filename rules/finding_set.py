"""Findings as data: what to look for in each kind of subject, and what to say and do about it."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from rules.rule import Document, Model, SlotSpec, Text

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A field of the subject inside a text of an action."""


class Finding(Model):
    """Every subject of the scope for which `expression` is true is a finding.

    `message` is CEL for a text, `since` for a day. `action` is a prepared request: its texts may name
    fields of the subject in braces.
    """

    code: Code
    title: Text
    scope: Literal[
        "patient",
        "provider",
        "load",
        "license",
        "credential",
        "participation",
        "insurance",
        "facility",
        "group",
        "coverage",
        "absence",
        "waiver",
        "assignment",
        "visit",
    ]
    severity: Literal["critical", "warning", "info"]
    expression: Text
    message: Text
    since: Text | None = None
    action: dict[str, str] = Field(default_factory=dict)

    @property
    def placeholders(self) -> list[str]:
        """Fields that the action names."""
        return [name for text in self.action.values() for name in PLACEHOLDER.findall(text)]


class FindingSetSpec(Model):
    """Parameters and findings."""

    params: dict[str, Any] = Field(default_factory=dict)
    findings: list[Finding] = Field(min_length=1)


class FindingSet(Document):
    """Findings of one set, in the order in which they are told."""

    kind: Literal["FindingSet"]
    spec: FindingSetSpec


class FindingCase(Model):
    """What one finding must say about a subject with these fields; others are empty, 0 or false."""

    code: Code
    subject: dict[str, Any]
    expect: Literal["found", "not_found", "error"]
    message: str | None = None


class FindingTestSpec(Model):
    """Examples of findings on a fixed day."""

    as_of: date
    slot: SlotSpec = SlotSpec()
    cases: list[FindingCase] = Field(min_length=1)


class FindingTest(Document):
    """Examples with what they must give."""

    kind: Literal["FindingTest"]
    spec: FindingTestSpec
