"""Which rules and limits count, and how: sets as they are bound, rows of decision tables, waivers."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from rules.binding import Mode, RuleBinding
from rules.decision import DecisionTable
from rules.diagnostics import Diagnostic, nearest
from rules.documents import Documents, Located, RuleSet
from rules.messages import param_type
from rules.rule import Limit, Rule
from rules.source import Path, Source
from rules.waiver import Waiver

I = TypeVar("I", Rule, Limit)  # noqa: E741  an item


@dataclass(frozen=True)
class Prepared(Generic[I]):
    """A rule or limit to be compiled, and where it comes from.

    One that does not count is only checked, since its set holds only as it is bound. The texts of
    `generated` ones are not in the document as they are.
    """

    item: I
    source: Source
    path: Path
    mode: Mode = "enforce"
    counts: bool = True
    generated: bool = False
    waivers: tuple[Waiver, ...] = ()


def prepared_rules(documents: Documents) -> Iterator[Prepared[Rule]]:
    """Every rule of every set, then of every table; of a bound one also what each binding makes of it."""
    for located in _sets(documents):
        is_table = isinstance(located.document, DecisionTable)
        bindings = _bindings(documents, located.document.metadata.name, "rule_set")
        for row, rule in enumerate(_rules(located)):
            path: Path = ("spec", "rows" if is_table else "rules", row)
            waivers = tuple(each.document for each in documents.waivers if each.document.spec.rule == rule.id)
            yield Prepared(
                rule, located.source, path, counts=not bindings, generated=is_table, waivers=waivers
            )
            for binding in bindings:
                yield Prepared(
                    binding.document.rule(rule, len(bindings) == 1),
                    binding.source,
                    ("spec",),
                    binding.document.spec.mode,
                    binding.document.spec.mode != "off",
                    generated=True,
                    waivers=waivers,
                )


def prepared_limits(documents: Documents) -> Iterator[Prepared[Limit]]:
    """The same for limits."""
    for located in documents.limit_sets:
        bindings = _bindings(documents, located.document.metadata.name, "limit_set")
        for row, limit in enumerate(located.document.spec.limits):
            path: Path = ("spec", "limits", row)
            yield Prepared(limit, located.source, path, counts=not bindings)
            for binding in bindings:
                yield Prepared(
                    binding.document.limit(limit, len(bindings) == 1),
                    binding.source,
                    ("spec",),
                    binding.document.spec.mode,
                    binding.document.spec.mode != "off",
                    generated=True,
                )


def given_params(documents: Documents) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Parameters of documents, and those of bindings under their own names."""
    for each in _sets(documents):
        yield each.source, each.document.spec.params
    for limits in documents.limit_sets:
        yield limits.source, limits.document.spec.params
    for binding in documents.bindings:
        given = binding.document.spec.params
        yield binding.source, {binding.document.parameter(name): value for name, value in given.items()}


def enforced(documents: Documents, files: Collection[str] | None = None) -> tuple[Documents, tuple[str, ...]]:
    """The documents with bindings in shadow mode enforced, and their names; `files` keeps to those there."""
    meant = [
        each
        for each in documents.bindings
        if each.document.spec.mode == "shadow" and (files is None or each.source.file in files)
    ]
    if not meant:
        return documents, ()
    names = tuple(each.document.metadata.name for each in meant)
    bindings = tuple(_enforcing(each) if each in meant else each for each in documents.bindings)
    digest = hashlib.sha256("\0".join([documents.digest, "enforced", *names]).encode()).hexdigest()
    return replace(documents, bindings=bindings, digest=digest), names


def _enforcing(located: Located[RuleBinding]) -> Located[RuleBinding]:
    binding = located.document
    spec = binding.spec.model_copy(update={"mode": "enforce"})
    return replace(located, document=binding.model_copy(update={"spec": spec}))


def usable(documents: Documents, problems: list[Diagnostic]) -> Documents:
    """The documents without bindings and waivers that make no sense; what is wrong with them is added."""
    rules = {rule.id: rule for each in _sets(documents) for rule in _rules(each)}
    bindings = [(each, tuple(_binding_problems(documents, each))) for each in documents.bindings]
    waivers = [(each, tuple(_waiver_problems(each, rules))) for each in documents.waivers]
    problems += [problem for _, found in (*bindings, *waivers) for problem in found]
    return replace(
        documents,
        bindings=tuple(each for each, found in bindings if not found),
        waivers=tuple(each for each, found in waivers if not found),
    )


def _sets(documents: Documents) -> tuple[Located[RuleSet] | Located[DecisionTable], ...]:
    return (*documents.rule_sets, *documents.tables)


def _rules(located: Located[RuleSet] | Located[DecisionTable]) -> list[Rule]:
    document = located.document
    return document.rules if isinstance(document, DecisionTable) else document.spec.rules


def _bindings(documents: Documents, name: str, kind: str) -> list[Located[RuleBinding]]:
    return [
        each
        for each in documents.bindings
        if getattr(each.document.spec, kind) is not None and each.document.bound[0] == name
    ]


def _binding_problems(documents: Documents, located: Located[RuleBinding]) -> Iterator[Diagnostic]:
    binding, source = located.document, located.source
    sets: Iterable[Located[Any]] = documents.limit_sets
    if binding.spec.rule_set is not None:
        sets = _sets(documents)
    field = "ruleSet" if binding.spec.rule_set is not None else "limitSet"
    by_name = {each.document.metadata.name: each.document for each in sets}
    name, version = binding.bound
    bound = by_name.get(name)
    if bound is None:
        text = f"there is no {field} {name}"
        yield source.diagnostic(("spec", field), "binding", text, nearest(name, by_name))
        return
    if version not in (None, bound.metadata.version):
        text = f"{name} is there in version {bound.metadata.version}, not {version}"
        yield source.diagnostic(("spec", field), "binding", text, "bind the version that is there, or add it")
    for param, value in binding.spec.params.items():
        path: Path = ("spec", "params", param)
        if param not in bound.spec.params:
            hint = nearest(param, bound.spec.params)
            yield source.diagnostic(path, "params", f"{name} has no parameter {param}", hint, key=True)
        elif param_type(value) != param_type(bound.spec.params[param]):
            kinds = param_type(value), param_type(bound.spec.params[param])
            text = f"parameter {param} of {name} is a {kinds[1]}, not a {kinds[0]}"
            yield source.diagnostic(path, "params", text)


def _waiver_problems(located: Located[Waiver], rules: dict[str, Rule]) -> Iterator[Diagnostic]:
    spec, source = located.document.spec, located.source
    rule = rules.get(spec.rule)
    if rule is None:
        text = f"there is no rule {spec.rule}"
        yield source.diagnostic(("spec", "rule"), "waiver", text, nearest(spec.rule, rules))
        return
    if rule.waivable is None:
        text = f"rule {spec.rule} may not be waived"
        yield source.diagnostic(("spec", "rule"), "waiver", text, "a rule that may be says so: waivable")
        return
    if spec.days > rule.waivable.max_days:
        text = f"{spec.days} days are too many; rule {spec.rule} may be waived for {rule.waivable.max_days}"
        yield source.diagnostic(("spec", "until"), "waiver", text)
    if spec.approved_by is None:
        return
    may = rule.waivable.overridable_by if spec.justified else rule.waivable.by
    if spec.approved_by.role not in may:
        text = f"{spec.approved_by.role} may not waive rule {spec.rule}"
        hint = f"who may: {', '.join(may)}"
        if spec.justified:
            text += f" for what {spec.approved_by.name} asked for"
            hint = f"who may do that: {', '.join(may) or 'nobody'}; somebody else may approve it"
        yield source.diagnostic(("spec", "approvedBy", "role"), "waiver", text, hint)
