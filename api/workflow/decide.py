"""What the rules say about a snapshot under a scenario: the start of every use case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePath

from data.eligibility import Eligibility
from data.objective import Objective
from data.scenario import Scenario, apply
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, standing
from rules.compiler import CompiledRules, compile_rules
from rules.documents import Documents, parse
from rules.effective import enforced
from rules.evaluation import Evaluation
from rules.evaluator import evaluation
from rules.findings import CompiledFindings, compile_findings


def overlaid(texts: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Documents by file; one of `more` takes the place of that of its name, in whatever folder it is."""
    names = {PurePath(file).name for file in more}
    return {file: text for file, text in texts.items() if PurePath(file).name not in names} | dict(more)


@dataclass(frozen=True)
class Rulebook:
    """The documents in force, compiled when first needed; `texts` are what they were read from."""

    documents: Documents
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Rulebook":
        """Read documents by file name; RuleCompilationError with every problem of form."""
        return cls(parse(texts), texts)

    @property
    def digest(self) -> str:
        """SHA-256 of all documents."""
        return self.documents.digest

    def rule_ids(self, files: Collection[str]) -> set[str]:
        """Ids of the rules that stand in some of the files, rows of decision tables among them."""
        documents = self.documents
        rules = [
            rule.id
            for each in documents.rule_sets
            if each.source.file in files
            for rule in each.document.spec.rules
        ]
        rows = [
            rule.id for each in documents.tables if each.source.file in files for rule in each.document.rules
        ]
        return {*rules, *rows}

    def limit_ids(self, files: Collection[str]) -> set[str]:
        """Ids of the limits that stand in some of the files."""
        sets = (each for each in self.documents.limit_sets if each.source.file in files)
        return {limit.id for each in sets for limit in each.document.spec.limits}

    def enforced(self, files: Collection[str] | None = None) -> tuple["Rulebook", tuple[str, ...]]:
        """The book with bindings in shadow mode enforced (of some files, where given), and their names."""
        documents, names = enforced(self.documents, files)
        return (Rulebook(documents, self.texts), names) if names else (self, ())

    @property
    def objectives(self) -> dict[str, Objective]:
        """Objective presets by name."""
        return self.documents.objectives

    @cached_property
    def compiled(self) -> CompiledRules:
        """Type-checked rules and limits; RuleCompilationError with all that is wrong."""
        return compile_rules(self.documents)

    @cached_property
    def findings(self) -> CompiledFindings:
        """Type-checked findings; RuleCompilationError with all that is wrong."""
        return compile_findings(self.documents)


@dataclass(frozen=True)
class Decided:
    """The snapshot as the scenario has it on the effective day, who has whom there, and the rules' word."""

    snapshot: Snapshot
    standing: Standing
    evaluation: Evaluation

    @property
    def eligibility(self) -> Eligibility:
        """Arcs, limits and reasons."""
        return self.evaluation.eligibility


def decide(
    snapshot: Snapshot, rulebook: Rulebook, slot: Slot, scenario: Scenario, effective_on: date
) -> Decided:
    """Apply the scenario, look from the effective day, evaluate every pair."""
    assumed = apply(scenario, snapshot).on(effective_on)
    held = standing(assumed, slot)
    return Decided(assumed, held, evaluation(rulebook.compiled, assumed, slot, held.owner))
