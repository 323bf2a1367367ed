"""Other rules in force: checked and tested as a whole before they count, and an earlier version again."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

import yaml

from api.errors import RequestError
from api.workflow.decide import Rulebook, overlaid
from rules.diagnostics import Diagnostic, RuleCompilationError
from rules.example import CaseResult
from rules.examples import run_examples

FILE_NAME = re.compile(r"\w[\w .()-]{0,49}\.ya?ml")


@dataclass(frozen=True)
class RuleTexts:
    """What is in force: texts of the shipped packs, and of the store's own documents, by file."""

    shipped: Mapping[str, str]
    own: Mapping[str, str]

    def names(self) -> frozenset[str]:
        """Names of the own files."""
        return frozenset(PurePath(each).name for each in self.own)

    @cached_property
    def book(self) -> Rulebook:
        """All of it; an own document takes the place of the shipped one of its name."""
        return Rulebook.of(overlaid(self.shipped, self.own))


@dataclass(frozen=True)
class RuleChange:
    """Texts to be put in force, by file name, names of own files that go, and the book that then holds."""

    texts: Mapping[str, str]
    removed: frozenset[str]
    book: Rulebook


def change(texts: RuleTexts, more: Mapping[str, str], removed: Collection[str] = ()) -> RuleChange:
    """The change, once everything holds together: every document compiles, every example comes out so.

    RequestError or RuleCompilationError with all that is wrong; nothing is written here.
    """
    problems = [
        f"{name!r} is no name of a document: up to 50 letters, digits, . _ -, ending in .yaml"
        for name in more
        if not FILE_NAME.fullmatch(name)
    ]
    problems += [f"{name!r} is both given and removed" for name in more if name in removed]
    problems += [
        f"no own document {name!r}; there is {', '.join(sorted(texts.names())) or 'none'}"
        for name in sorted(set(removed) - texts.names())
    ]
    if not more and not removed:
        problems.append("there is nothing to change: give documents, or names of those to remove")
    if problems:
        raise RequestError(tuple(problems))
    left = {PurePath(file).name: text for file, text in texts.own.items()}
    own = {name: text for name, text in (left | dict(more)).items() if name not in removed}
    book = Rulebook.of(overlaid(texts.shipped, {name: own[name] for name in sorted(own)}))
    _hold(book)
    return RuleChange(more, frozenset(removed), book)


def change_besides_waivers(
    texts: RuleTexts, more: Mapping[str, str], removed: Collection[str] = ()
) -> RuleChange:
    """The same; RequestError too where it would grant, alter or end an exception: others decide on those."""
    _refuse_waivers(_waiver_files(texts.book) & {*more, *removed})
    made = change(texts, more, removed)
    _refuse_waivers(_waiver_files(made.book) & set(more))
    return made


def restored(texts: RuleTexts, earlier: Mapping[str, str]) -> RuleChange:
    """The change that brings back an earlier version; exceptions (waivers) stay as they are today.

    A shipped pack that has changed since comes back as an own document. RequestError where a file that holds
    exceptions and something else differs, or where nothing does.
    """
    old = {PurePath(file).name: text for file, text in earlier.items()}
    now = overlaid(texts.shipped, texts.own)
    present = {PurePath(file).name: text for file, text in now.items()}
    differing = {name for name in old.keys() | present.keys() if old.get(name) != present.get(name)}
    kinds = {name: _kinds(old.get(name, "")) | _kinds(present.get(name, "")) for name in differing}
    mixed = sorted(name for name in differing if "Waiver" in kinds[name] and kinds[name] != {"Waiver"})
    if mixed:
        raise RequestError(
            tuple(
                f"{name} holds exceptions beside rules; write them into files of their own" for name in mixed
            )
        )
    wanted = {name for name in differing if kinds[name] != {"Waiver"}}
    more = {name: old[name] for name in sorted(wanted) if name in old}
    shipped = {PurePath(file).name: text for file, text in texts.shipped.items()}
    gone = {name for name in wanted if name not in old} & texts.names()
    gone |= {name for name in more.keys() & texts.names() if more[name] == shipped.get(name)}
    if not wanted:
        raise RequestError(("the rules of that version are in force already",))
    return change(texts, {name: text for name, text in more.items() if name not in gone}, gone)


def told(result: CaseResult) -> str:
    """An example that came out otherwise, with its place."""
    expected = f"{result.expected} {result.expected_message or ''}".strip()
    found = f"{result.verdict} {result.message}".strip()
    pair = f"{result.rule_id} on {result.patient} and {result.provider}"
    return f"{result.place} {pair}: expected {expected}, got {found}"


def _hold(book: Rulebook) -> None:
    """Compile everything and run all examples; the errors of rules and of findings come together."""
    diagnostics: list[Diagnostic] = []
    for look in (lambda: book.compiled, lambda: book.findings):
        try:
            look()
        except RuleCompilationError as error:
            diagnostics += error.diagnostics
    if diagnostics:
        raise RuleCompilationError(diagnostics)
    failures = run_examples(book.documents).failures
    if failures:
        raise RequestError(tuple(map(told, failures)))


def _waiver_files(book: Rulebook) -> set[str]:
    return {PurePath(each.source.file).name for each in book.documents.waivers}


def _refuse_waivers(names: Collection[str]) -> None:
    if names:
        words = "holds exceptions (kind Waiver): request, approve and revoke them under /waivers"
        raise RequestError(tuple(f"{name} {words}" for name in sorted(names)))


def _kinds(text: str) -> set[str]:
    """Kinds of the documents in a text that was read before."""
    return {str(each.get("kind")) for each in yaml.safe_load_all(text) if isinstance(each, dict)}
