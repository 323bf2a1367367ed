"""What came of an example, whatever it is about, and what examples have shown."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CaseResult:
    """One case: what was expected and what came out, at `file:line`.

    `rule_id` is what it is about: a rule, a limit, a finding, a method or a standard. Findings have no pair.
    """

    test: str
    rule_id: str
    patient: str
    provider: str
    expected: str
    verdict: str
    expected_message: str | None
    message: str
    place: str

    @property
    def ok(self) -> bool:
        """Whether verdict and message are as expected."""
        same_message = self.expected_message is None or self.expected_message == self.message
        return self.verdict == self.expected and same_message


@dataclass(frozen=True)
class LeafCoverage:
    """Whether examples showed one clause of a rule (or condition, or step) true, and false."""

    rule_id: str
    clause: str
    seen_true: bool
    seen_false: bool


@dataclass
class Examined:
    """Results and coverage as they are gathered."""

    results: list[CaseResult] = field(default_factory=list)
    coverage: list[LeafCoverage] = field(default_factory=list)
