"""The kinds of rule documents, and reading them from YAML text."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from data import objective
from data.slot import Slot
from rules.adequacy_standard import AdequacyStandard, AdequacyTest
from rules.approval import ApprovalPolicy
from rules.attribution_method import AttributionMethod, AttributionTest
from rules.binding import RuleBinding
from rules.decision import DecisionTable
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.finding_set import FindingSet, FindingTest
from rules.limit_test import LimitTest
from rules.refusals import refusal
from rules.rule import Document, Limit, Model, Name, Rule, SlotSpec, Text
from rules.source import Path, Source, read_documents
from rules.tested import Fixtures
from rules.waiver import Waiver


class RuleSetSpec(Model):
    """Parameters and rules."""

    params: dict[str, Any] = Field(default_factory=dict)
    rules: list[Rule] = Field(min_length=1, max_length=1000)


class LimitSetSpec(Model):
    """Parameters and limits."""

    params: dict[str, Any] = Field(default_factory=dict)
    limits: list[Limit] = Field(min_length=1, max_length=100)


class TermSpec(Model):
    """Weight of a term, in points, and what it grows with."""

    weight: int = Field(ge=0)
    by_acuity: float = Field(0.0, ge=0)
    by_tenure: float = Field(0.0, ge=0)
    transition: float = Field(1.0, ge=1)


class ObjectiveSpec(Model):
    """Terms of a preset with their weights; one group of `tiers` after another where they are strict."""

    title: Text
    about: str = ""
    movable: objective.Movable = "everyone"
    max_moves: int | None = Field(None, ge=0)
    terms: dict[objective.TermName, int | TermSpec] = Field(min_length=1)
    tiers: list[list[objective.TermName]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _tiers_cover_terms(self) -> "ObjectiveSpec":
        named = [name for group in self.tiers for name in group]
        if self.tiers and sorted(named) != sorted(self.terms):
            raise ValueError("tiers must name every term once")
        return self


class Case(Model):
    """What one rule must say about one pair."""

    rule: Name
    patient: str
    provider: str
    expect: Literal["pass", "fail", "error", "not_applicable", "not_effective", "waived"]
    message: str | None = None
    standing: bool = False


class RuleTestSpec(Model):
    """Examples of rules on a fixed day.

    Rules are taken as their authors wrote them: no binding counts but `binding`, no waivers but `waivers`,
    and `params` go before the documents' own.
    """

    as_of: date
    slot: SlotSpec = SlotSpec()
    params: dict[str, Any] = Field(default_factory=dict)
    binding: Name | None = None
    waivers: list[Name] = Field(default_factory=list)
    fixtures: Fixtures
    cases: list[Case] = Field(min_length=1)


class RuleSet(Document):
    """Rules of one set, in the order in which explanations go through them."""

    kind: Literal["RuleSet"]
    spec: RuleSetSpec


class LimitSet(Document):
    """Limits of providers."""

    kind: Literal["LimitSet"]
    spec: LimitSetSpec


class ObjectivePreset(Document):
    """A preset of the objective."""

    kind: Literal["Objective"]
    spec: ObjectiveSpec

    def objective(self) -> objective.Objective:
        """The preset as the solver reads it."""
        terms = tuple(
            objective.Term(name, term)
            if isinstance(term, int)
            else objective.Term(name, term.weight, term.by_acuity, term.by_tenure, term.transition)
            for name, term in self.spec.terms.items()
        )
        tiers = tuple(tuple(group) for group in self.spec.tiers)
        spec = self.spec
        return objective.Objective(
            self.metadata.name, spec.title, terms, spec.movable, tiers, spec.max_moves, spec.about
        )


class RuleTest(Document):
    """Examples with expected verdicts."""

    kind: Literal["RuleTest"]
    spec: RuleTestSpec

    @property
    def slot(self) -> Slot:
        """The slot of the examples."""
        return self.spec.slot.slot


KINDS: dict[str, type[Document]] = {
    "RuleSet": RuleSet,
    "DecisionTable": DecisionTable,
    "LimitSet": LimitSet,
    "Objective": ObjectivePreset,
    "RuleBinding": RuleBinding,
    "Waiver": Waiver,
    "RuleTest": RuleTest,
    "FindingSet": FindingSet,
    "FindingTest": FindingTest,
    "ApprovalPolicy": ApprovalPolicy,
    "LimitTest": LimitTest,
    "AttributionMethod": AttributionMethod,
    "AttributionTest": AttributionTest,
    "AdequacyStandard": AdequacyStandard,
    "AdequacyTest": AdequacyTest,
}

T = TypeVar("T")


@dataclass(frozen=True)
class Located(Generic[T]):
    """A document with the places of its nodes."""

    document: T
    source: Source


@dataclass(frozen=True)
class Documents:
    """Documents of all files by kind, in file order, and the SHA-256 of all texts and names of files."""

    rule_sets: tuple[Located[RuleSet], ...]
    tables: tuple[Located[DecisionTable], ...]
    limit_sets: tuple[Located[LimitSet], ...]
    presets: tuple[Located[ObjectivePreset], ...]
    bindings: tuple[Located[RuleBinding], ...]
    waivers: tuple[Located[Waiver], ...]
    tests: tuple[Located[RuleTest], ...]
    finding_sets: tuple[Located[FindingSet], ...]
    finding_tests: tuple[Located[FindingTest], ...]
    digest: str
    approvals: tuple[Located[ApprovalPolicy], ...] = ()
    limit_tests: tuple[Located[LimitTest], ...] = ()
    attributions: tuple[Located[AttributionMethod], ...] = ()
    attribution_tests: tuple[Located[AttributionTest], ...] = ()
    standards: tuple[Located[AdequacyStandard], ...] = ()
    standard_tests: tuple[Located[AdequacyTest], ...] = ()

    @property
    def held(self) -> dict[str, int]:
        """How many of each thing there are."""
        return {
            "rules": sum(len(each.document.spec.rules) for each in self.rule_sets),
            "tables": len(self.tables),
            "limits": sum(len(each.document.spec.limits) for each in self.limit_sets),
            "objectives": len(self.presets),
            "findings": sum(len(each.document.spec.findings) for each in self.finding_sets),
            "attribution methods": len(self.attributions),
            "adequacy standards": len(self.standards),
            "tests": sum(
                map(
                    len,
                    (
                        self.tests,
                        self.limit_tests,
                        self.finding_tests,
                        self.attribution_tests,
                        self.standard_tests,
                    ),
                )
            ),
        }

    @property
    def objectives(self) -> dict[str, objective.Objective]:
        """Presets by name."""
        return {each.document.metadata.name: each.document.objective() for each in self.presets}


def parse(texts: Mapping[str, str]) -> Documents:
    """Read all documents of all files (file name to YAML text).

    Raises RuleCompilationError with every problem of form; expressions are checked by `compile_rules`.
    """
    documents, problems = read_all(texts)
    if problems:
        raise RuleCompilationError(problems)
    return documents


def read_all(texts: Mapping[str, str]) -> tuple[Documents, list[Diagnostic]]:
    """The documents that are well formed, and every problem of the others."""
    problems: list[Diagnostic] = []
    found: list[Located[Any]] = []
    for file, text in texts.items():
        sources, errors = read_documents(file, text)
        problems += errors
        for source in sources:
            document = _document(source, problems)
            if document is not None:
                found.append(Located(document, source))
    problems += _repeated(found)
    named = "\0".join(f"{PurePath(file).name}\0{text}" for file, text in texts.items())
    digest = hashlib.sha256(named.encode()).hexdigest()
    by_kind: dict[str, tuple[Located[Any], ...]] = {
        name: tuple(each for each in found if each.document.kind == name) for name in KINDS
    }
    documents = Documents(
        rule_sets=by_kind["RuleSet"],
        tables=by_kind["DecisionTable"],
        limit_sets=by_kind["LimitSet"],
        presets=by_kind["Objective"],
        bindings=by_kind["RuleBinding"],
        waivers=by_kind["Waiver"],
        tests=by_kind["RuleTest"],
        finding_sets=by_kind["FindingSet"],
        finding_tests=by_kind["FindingTest"],
        digest=digest,
        approvals=by_kind["ApprovalPolicy"],
        limit_tests=by_kind["LimitTest"],
        attributions=by_kind["AttributionMethod"],
        attribution_tests=by_kind["AttributionTest"],
        standards=by_kind["AdequacyStandard"],
        standard_tests=by_kind["AdequacyTest"],
    )
    return documents, problems


def _document(source: Source, problems: list[Diagnostic]) -> BaseModel | None:
    if not isinstance(source.value, dict):
        problems.append(source.diagnostic((), "document", "a document is a mapping with apiVersion and kind"))
        return None
    kind = source.value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        hint = nearest(str(kind), KINDS) or f"known kinds: {', '.join(KINDS)}"
        problems.append(source.diagnostic(("kind",), "kind", f"there is no kind {kind!r}", hint))
        return None
    try:
        return KINDS[kind].model_validate(source.value)
    except ValidationError as error:
        problems += [refusal(source, each, KINDS[kind]) for each in error.errors()]
        return None


def _repeated(found: list[Located[Any]]) -> list[Diagnostic]:
    """Names of rules, limits and documents that are used twice."""
    seen: set[tuple[str, str]] = set()
    problems = []
    for each in found:
        named: list[tuple[str, str, Path]] = [
            (each.document.kind, each.document.metadata.name, ("metadata", "name"))
        ]
        for kind in ("rules", "limits"):
            items = getattr(each.document.spec, kind, [])
            named += [(kind[:-1], item.id, ("spec", kind, row, "id")) for row, item in enumerate(items)]
        if isinstance(each.document, FindingSet):
            codes = enumerate(item.code for item in each.document.spec.findings)
            named += [("finding", code, ("spec", "findings", row, "code")) for row, code in codes]
        if isinstance(each.document, DecisionTable):
            rows = enumerate(each.document.row_names)
            named += [("rule", name, ("spec", "rows", row)) for row, name in rows]
        for what, name, path in named:
            if (what, name) in seen:
                problems.append(each.source.diagnostic(path, "repeated", f"{what} {name} exists already"))
            seen.add((what, name))
    return problems
