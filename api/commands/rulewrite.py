"""rules new, rules try."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Day, Json, Level, Role, day_of
from api.commands.rulechange import show_limits
from api.errors import RequestError
from api.terminal.screen import emit, percent, table
from data.slot import Slot

if TYPE_CHECKING:
    from rules.tally import RuleTally

SCAFFOLD = """\
apiVersion: rules/v1
kind: RuleSet
metadata: {name: NAME-rules, version: 1}
spec:
  params: {PARAM_least: 4}
  rules:
    - id: NAME
      title: Complex patients hear their own language
      category: continuity
      when: ["patient.acuity >= params.PARAM_least"]    # where it applies; delete the line for everywhere
      expression: patient.language in provider.languages
      message: Does not speak the patient's language
      messageExpression: "'does not speak ' + patient.language"
      reason: REASON
      remedy: Choose somebody who speaks it
      # standing: ignore                           # lets pairs go on that stand today
      # actions: {propose: warn, solve: {penalty: 200}}    # soft: costs points and excludes nobody
      # waivable: {by: [manager], maxDays: 90}     # who may make exceptions, and for how long
---
# Start in shadow mode: looked at, without effect. Delete this document to enforce the rule.
apiVersion: rules/v1
kind: RuleBinding
metadata: {name: NAME-at-first}
spec: {ruleSet: NAME-rules@1, mode: shadow}
---
# A pass, a fail, and one to whom it does not apply: every clause should be seen true and false.
apiVersion: rules/v1
kind: RuleTest
metadata: {name: NAME-examples}
spec:
  asOf: 2026-11-02
  fixtures:
    patients:
      rosa: {language: es, acuity: 5}
      carl: {language: en, acuity: 1}
    providers:
      ada: {languages: [en, es]}
      ben: {languages: [en]}
  cases:
    - {rule: NAME, patient: rosa, provider: ada, expect: pass}
    - {rule: NAME, patient: rosa, provider: ben, expect: fail, message: does not speak es}
    - {rule: NAME, patient: carl, provider: ben, expect: not_applicable}
"""


LIMIT_SCAFFOLD = """\
apiVersion: rules/v1
kind: LimitSet
metadata: {name: NAME-limits, version: 1}
spec:
  params: {PARAM_most: 5.0}
  limits:
    - id: NAME
      title: Complex patients
      unit: patients
      when: ["patient.acuity >= 4"]    # who counts; delete the line for everybody
      sum: "1.0"                       # what each of them uses
      max: params.PARAM_most           # of every provider; or a field, as provider.max_panel
      # target: 0.9                    # a soft share of the maximum
---
# Start in shadow mode: looked at, without effect. Delete this document to enforce the limit.
apiVersion: rules/v1
kind: RuleBinding
metadata: {name: NAME-at-first}
spec: {limitSet: NAME-limits@1, mode: shadow}
---
# One provider within the limit and one over it; the condition should be seen true and false.
apiVersion: rules/v1
kind: LimitTest
metadata: {name: NAME-examples}
spec:
  asOf: 2026-11-02
  params: {PARAM_most: 1.0}            # small enough for an example to fill
  fixtures:
    patients:
      rosa: {acuity: 5}
      carl: {acuity: 1}
      omar: {acuity: 4}
    providers:
      ada: {}
  cases:
    - {limit: NAME, provider: ada, patients: [rosa, carl], used: 1, maximum: 1, expect: within}
    - {limit: NAME, provider: ada, patients: [rosa, omar], used: 2, maximum: 1, expect: over}
"""


def new(
    file: Annotated[Path, typer.Argument(help="file to write; its name becomes the rule's or limit's")],
    limit: Annotated[bool, typer.Option("--limit", help="a limit of providers instead of a rule")] = False,
    json: Json = False,
) -> None:
    """Write a rule (or a limit) that works, with its examples and in shadow mode, to start from."""
    name = file.stem.lower().replace(" ", "-")
    problems = []
    if file.suffix not in (".yaml", ".yml"):
        problems.append(f"{file} should end in .yaml")
    if not all(part.isalnum() and part.isascii() for part in name.split("-")) or not name[:1].isalpha():
        problems.append(f"{name!r} is no name: letters, digits and -, a letter first")
    if file.exists():
        problems.append(f"{file} exists already; nothing was written")
    if problems:
        raise RequestError(tuple(problems))
    text = (
        (LIMIT_SCAFFOLD if limit else SCAFFOLD)
        .replace("NAME", name)
        .replace("PARAM", name.replace("-", "_"))
        .replace("REASON", name.replace("-", "_").upper())
    )
    file.write_text(text, encoding="utf-8")

    def show(console: Console) -> None:
        console.print(f"[bold]{file}[/] is written. Change it, then:")
        for command, why in (
            ("check", "all problems at once, with their places"),
            ("test", "its examples, and clauses that they do not show"),
            ("try", "what it does on your own data, by itself"),
            ("shadow", "who would be affected, and what the next plan would cost"),
            ("add", "in force; in shadow mode until you delete that document and add the file again"),
        ):
            console.print(f"  panelwise rules {command} {file}    [dim]{why}[/]", soft_wrap=True)

    emit(json, {"written": str(file), "limit" if limit else "rule": name}, show)


def try_(
    files: Annotated[list[Path], typer.Argument(help="YAML files or folders of them")],
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """How many pairs pass on your own data, which clause removes most, who is over a limit, at what cost."""
    from api.wiring import opened, rule_texts, rulebook, settings_for
    from api.workflow.shadow import tried

    settings = settings_for(database)
    book = rulebook(settings, files)
    theirs = {name for file in files for name in rule_texts(file)}
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    said = tried(snapshot, book, Slot(level, role), theirs)
    if not said.rules and not said.limits:
        raise RequestError(("the files hold no rules or limits that count (all are bound with mode: off?)",))

    def show(console: Console) -> None:
        for rule in said.rules:
            _show_rule(console, rule)
        show_limits(console, said.limits, said.over, "Limits, today")

    emit(json, said, show)


def _show_rule(console: Console, rule: "RuleTally") -> None:
    pairs = rule.passed + rule.failed + rule.error + rule.not_applicable
    console.print(f"[bold]{rule.rule_id}[/] {escape(rule.title)}: {pairs:,} pairs", soft_wrap=True)
    counts = [
        (word, count, percent(count / pairs) if pairs else "")
        for word, count in (
            ("pass", rule.passed),
            ("fail", rule.failed),
            ("error", rule.error),
            ("not applicable", rule.not_applicable),
        )
    ]
    console.print(table("", ("Verdict", "#pairs", "#share"), counts))
    console.print(f"{rule.lonely:,} patients have nobody whom it lets pass")
    leaves = sorted(rule.leaves, key=lambda leaf: leaf.true)
    rows = [(leaf.clause, leaf.true, leaf.false, leaf.error, leaf.evaluations) for leaf in leaves]
    columns = ("Clause, hardest first", "#true", "#false", "#error", "#evaluations")
    console.print(table("", columns, rows, most=999))
