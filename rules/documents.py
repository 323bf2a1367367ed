"""The kinds of rule documents, and reading them from YAML text."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from data import objective
from data.slot import Slot
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.refusals import refusal
from rules.source import Path, Source, read_documents

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Metadata(_Model):
    """Name and version of a document."""

    name: Name
    version: int = Field(1, ge=1)
    title: str = ""


class Penalty(_Model):
    """What a soft rule costs where it fails, in points."""

    penalty: int = Field(ge=1, le=1_000_000)


class Actions(_Model):
    """What happens where the rule fails, in each of its uses."""

    propose: Literal["deny", "warn"] = "deny"
    solve: Literal["exclude", "ignore"] | Penalty = "exclude"
    audit: Literal["report", "ignore"] = "report"


class Effective(_Model):
    """First day, and first day no longer, on which the rule is in force; open where not given."""

    from_day: date | None = Field(None, alias="from")
    to_day: date | None = Field(None, alias="to")

    def covers(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day < self.to_day)


class Rule(_Model):
    """One rule: a condition in CEL that must hold, when it applies and what to say where it fails."""

    id: Name
    title: Text
    category: Name
    scope: Literal["pair", "patient", "provider"] = "pair"
    when: list[Text] = []
    expression: Text
    message: Text
    message_expression: Text | None = None
    reason: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    on_error: Literal["fail", "ignore"] = "fail"
    actions: Actions = Actions()
    effective: Effective = Field(default_factory=lambda: Effective.model_validate({}))
    standing: Literal["check", "ignore"] = "check"
    remedy: str = ""

    @property
    def penalty(self) -> int:
        """Points of a soft rule, 0 where the rule is not soft."""
        return self.actions.solve.penalty if isinstance(self.actions.solve, Penalty) else 0

    @property
    def hard(self) -> bool:
        """Whether a pair that fails is no arc."""
        return self.actions.solve == "exclude"


class RuleSetSpec(_Model):
    """Parameters and rules."""

    params: dict[str, Any] = {}
    rules: list[Rule] = Field(min_length=1)


class Limit(_Model):
    """A limit of a provider: the sum of a quantity, or the number of distinct values of a field."""

    id: Name
    title: Text
    unit: Text
    sum_of: Text | None = Field(None, alias="sum")
    distinct: Text | None = None
    maximum: Text = Field(alias="max")
    target: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Limit":
        if (self.sum_of is None) == (self.distinct is None):
            raise ValueError("give either sum or distinct")
        if self.distinct is not None and self.target is not None:
            raise ValueError("a distinct limit has no target")
        return self


class LimitSetSpec(_Model):
    """Parameters and limits."""

    params: dict[str, Any] = {}
    limits: list[Limit] = Field(min_length=1)


class TermSpec(_Model):
    """Weight of a term, in points, and what it grows with."""

    weight: int = Field(ge=0)
    by_acuity: float = Field(0.0, ge=0)
    by_tenure: float = Field(0.0, ge=0)
    transition: float = Field(1.0, ge=1)


class ObjectiveSpec(_Model):
    """Terms of a preset with their weights; one group of `tiers` after another where they are strict."""

    title: Text
    about: str = ""
    movable: objective.Movable = "everyone"
    max_moves: int | None = Field(None, ge=0)
    terms: dict[objective.TermName, int | TermSpec] = Field(min_length=1)
    tiers: list[list[objective.TermName]] = []

    @model_validator(mode="after")
    def _tiers_cover_terms(self) -> "ObjectiveSpec":
        named = [name for group in self.tiers for name in group]
        if self.tiers and sorted(named) != sorted(self.terms):
            raise ValueError("tiers must name every term once")
        return self


class SlotSpec(_Model):
    """The slot that examples are judged for."""

    level: str = "primary"
    role: str = "physician"


class Fixtures(_Model):
    """Records of examples by id: any columns of their tables; providers may hold lists of licenses etc."""

    patients: dict[str, dict[str, Any]] = {}
    providers: dict[str, dict[str, Any]] = {}
    facilities: dict[str, dict[str, Any]] = {}


class Case(_Model):
    """What one rule must say about one pair."""

    rule: Name
    patient: str
    provider: str
    expect: Literal["pass", "fail", "error", "not_applicable", "not_effective"]
    message: str | None = None
    standing: bool = False


class RuleTestSpec(_Model):
    """Examples of rules on a fixed day."""

    as_of: date
    slot: SlotSpec = SlotSpec()
    fixtures: Fixtures
    cases: list[Case] = Field(min_length=1)


class _Document(_Model):
    api_version: Literal["rules/v1"]
    metadata: Metadata


class RuleSet(_Document):
    """Rules of one set, in the order in which explanations go through them."""

    kind: Literal["RuleSet"]
    spec: RuleSetSpec


class LimitSet(_Document):
    """Limits of providers."""

    kind: Literal["LimitSet"]
    spec: LimitSetSpec


class ObjectivePreset(_Document):
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


class RuleTest(_Document):
    """Examples with expected verdicts."""

    kind: Literal["RuleTest"]
    spec: RuleTestSpec

    @property
    def slot(self) -> Slot:
        """The slot of the examples."""
        return Slot(self.spec.slot.level, self.spec.slot.role)


KINDS: dict[str, type[RuleSet] | type[LimitSet] | type[ObjectivePreset] | type[RuleTest]] = {
    "RuleSet": RuleSet,
    "LimitSet": LimitSet,
    "Objective": ObjectivePreset,
    "RuleTest": RuleTest,
}

T = TypeVar("T")


@dataclass(frozen=True)
class Located(Generic[T]):
    """A document with the places of its nodes."""

    document: T
    source: Source


@dataclass(frozen=True)
class Documents:
    """Documents of all files by kind, in file order, and the SHA-256 of all texts."""

    rule_sets: tuple[Located[RuleSet], ...]
    limit_sets: tuple[Located[LimitSet], ...]
    presets: tuple[Located[ObjectivePreset], ...]
    tests: tuple[Located[RuleTest], ...]
    digest: str

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
    digest = hashlib.sha256("\0".join(f"{file}\0{text}" for file, text in texts.items()).encode()).hexdigest()
    by_kind = [tuple(each for each in found if isinstance(each.document, kind)) for kind in KINDS.values()]
    return Documents(by_kind[0], by_kind[1], by_kind[2], by_kind[3], digest), problems


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
        for what, name, path in named:
            if (what, name) in seen:
                problems.append(each.source.diagnostic(path, "repeated", f"{what} {name} exists already"))
            seen.add((what, name))
    return problems
