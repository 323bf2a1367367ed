"""rules check, test, list, add, remove, restore, reference."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands import rulechange, rulepacks, rulewrite, waivers
from api.commands.options import Database, Json
from api.terminal.screen import emit, table

app = typer.Typer(help="Rules, limits and objectives as documents.", no_args_is_help=True)
Files = Annotated[
    list[Path], typer.Argument(help="YAML files, folders of them, or packs, as `rules packs` lists them")
]
Why = Annotated[str, typer.Option("--reason", help="why, for the audit log")]


@app.command()
def check(files: Files, database: Database = None, json: Json = False) -> None:
    """Read and type-check documents together with those in force; all problems at once, with their places."""
    from api.wiring import rulebook, settings_for

    book = rulebook(settings_for(database), files)
    compiled = book.compiled
    counts = {
        "rules": len(compiled.rules),
        "limits": len(compiled.limits),
        "findings": len(book.findings.findings),
    }

    def show(console: Console) -> None:
        console.print(
            f"[green]No problems.[/] With those in force: {counts['rules']} rules, "
            f"{counts['limits']} limits, {counts['findings']} findings."
        )

    emit(json, {"problems": [], **counts}, show)


@app.command("test")
def run_tests(
    files: Annotated[
        list[Path] | None, typer.Argument(help="YAML files or folders [default: in force]")
    ] = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Run the examples that documents carry, and say which clauses they do not cover."""
    from api.wiring import rule_texts, rulebook, settings_for
    from api.workflow.rule_change import told
    from rules.examples import run_examples

    theirs = {name for file in files for name in rule_texts(file)} if files else None
    report = run_examples(rulebook(settings_for(database), files or ()).documents, theirs)

    def show(console: Console) -> None:
        for failure in report.failures:
            console.print(f"[red]✗[/] {escape(told(failure))}", soft_wrap=True)
        for leaf in report.uncovered:
            seen = "never true" if not leaf.seen_true else "never false"
            console.print(f"[yellow]{seen}[/] {leaf.rule_id}: {escape(leaf.clause)}", soft_wrap=True)
        if not report.results:
            console.print("[yellow]There are no examples: add a RuleTest, LimitTest or FindingTest.[/]")
        color = "red" if report.failures else "green"
        cases, clauses = len(report.results), len(report.coverage)
        console.print(
            f"[{color}]{cases - len(report.failures)} of {cases} examples hold[/]; "
            f"{clauses - len(report.uncovered)} of {clauses} clauses were seen both true and false"
        )

    emit(json, report, show)
    if report.failures:
        raise typer.Exit(2)


@app.command("list")
def list_(database: Database = None, json: Json = False) -> None:
    """Rules, limits and objectives in force."""
    from api.wiring import rulebook, rules_folder, settings_for

    settings = settings_for(database)
    book = rulebook(settings)
    rules = [
        (each.rule.id, each.rule.category, _effect(each.rule.hard, each.rule.penalty), each.rule.title)
        for each in book.compiled.rules
    ]
    limits = [(each.limit.id, each.limit.title, each.limit.unit) for each in book.compiled.limits]
    presets = [(each.name, each.movable, each.title) for each in book.objectives.values()]
    findings = [
        (each.finding.code, each.finding.severity, each.finding.scope, each.finding.title)
        for each in book.findings.findings
    ]
    own = sorted(path.name for path in rules_folder(settings).glob("*.y*ml"))

    def show(console: Console) -> None:
        console.print(table("Rules", ("Id", "Category", "Where it fails", "Title"), rules, most=999))
        console.print(table("Limits", ("Id", "Title", "Unit"), limits, most=999))
        console.print(table("Objectives", ("Name", "May move", "Title"), presets, most=999))
        console.print(table("Findings", ("Code", "Severity", "About", "Title"), findings, most=999))
        console.print(f"Own documents: {', '.join(own) or 'none'} (in {rules_folder(settings)})")

    emit(
        json,
        {"rules": rules, "limits": limits, "objectives": presets, "findings": findings, "own": own},
        show,
    )


@app.command()
def add(files: Files, reason: Why = "", database: Database = None, json: Json = False) -> None:
    """Put documents in force for this store: checked and tested first, refused whole if anything is wrong."""
    from api.rule_books import enforced
    from api.wiring import rule_texts, rules_folder, settings_for
    from api.workflow.rule_change import change

    settings = settings_for(database)
    more = {Path(name).name: text for path in files for name, text in rule_texts(path).items()}
    enforced(settings, lambda texts, _: change(texts, more), reason)
    written = [str(rules_folder(settings) / name) for name in more]
    emit(
        json, {"added": written}, lambda console: console.print(f"In force from now on: {', '.join(written)}")
    )


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="file names, as `rules list` shows them")],
    reason: Why = "",
    database: Database = None,
    json: Json = False,
) -> None:
    """Take own documents out of force; refused where others need them."""
    from api.rule_books import enforced
    from api.wiring import settings_for
    from api.workflow.rule_change import change

    gone = {Path(name).name for name in names}
    enforced(settings_for(database), lambda texts, _: change(texts, {}, gone), reason)
    emit(json, {"removed": names}, lambda console: console.print(f"No longer in force: {', '.join(names)}"))


@app.command()
def restore(
    name: Annotated[str, typer.Argument(metavar="VERSION", help="a day, plan:ID or a version")],
    reason: Why = "",
    database: Database = None,
    json: Json = False,
) -> None:
    """Bring back the rules of an earlier version, checked and tested; exceptions stay as they are today."""
    from api.rule_books import enforced
    from api.wiring import settings_for
    from api.workflow.rule_change import restored

    book = enforced(
        settings_for(database), lambda texts, version: restored(texts, version(name).texts), reason
    )
    payload = {"version": book.digest, "at": book.at}
    emit(json, payload, lambda console: console.print(f"In force from now on: version {book.digest[:12]}"))


@app.command()
def reference(
    findings: Annotated[bool, typer.Option("--findings", help="what findings may use instead")] = False,
    json: Json = False,
) -> None:
    """Every field and function that a rule may use."""
    from rules.environment import finding_reference
    from rules.environment import reference as rule_reference

    rows = finding_reference() if findings else rule_reference()
    emit(json, rows, lambda console: console.print(table("", ("Name", "Type", "Meaning"), rows, most=9999)))


app.command()(rulepacks.packs)
app.command()(rulewrite.new)
app.command("try")(rulewrite.try_)
app.command()(rulechange.versions)
app.command()(rulechange.diff)
app.command()(rulechange.shadow)
app.command()(waivers.waivers)
app.command()(waivers.waive)
app.command()(waivers.justify)
app.command()(waivers.approve)
app.command()(waivers.revoke)


def _effect(hard: bool, penalty: int) -> str:
    return "excludes" if hard else f"costs {penalty:,} points" if penalty else "only reported"
