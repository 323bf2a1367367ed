"""The command line: `panelwise COMMAND ...`.

Exit codes: 0 done; 1 not found; 2 bad input or usage; 3 patients left without a provider, or the limit was
hit before the gap asked for; 4 stale plan or conflict; 70 a defect (the checker refused a plan);
75 the database is away or busy.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer
from rich.markup import escape

from api.commands import (
    adequacy,
    attribution,
    cover,
    db,
    demo,
    departures,
    explain,
    fhir,
    findings,
    folders,
    insight,
    nightly,
    overview,
    people,
    plans,
    reports,
    review,
    rework,
    ruledocs,
    schedules,
    serve,
    solve,
    temporary,
    webhooks,
)
from api.errors import Failure, failure_of
from api.terminal.issues import show_issues
from api.terminal.screen import margin, plain
from data.intake.issue import IntakeError

INTERRUPTED = 130
"""Exit code after Control-C, as shells have it."""

app = typer.Typer(
    name="panelwise",
    help="Assign patients to providers: rules as data, plans with a proof, every commit with an undo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
FAMILIES: dict[str, tuple[Callable[..., None], ...]] = {
    "Your data": (folders.template, folders.generate, folders.import_, folders.export, fhir.fhir),
    "What stands": (
        overview.status,
        overview.gaps,
        overview.history,
        explain.audit,
        findings.findings,
        adequacy.adequacy,
        attribution.attribute,
        reports.report,
        people.panel,
        people.why_current,
        departures.visits,
        departures.departure_check,
        departures.deactivate,
    ),
    "Plans": (
        plans.propose,
        plans.preview,
        plans.commit,
        plans.revert,
        rework.rebase,
        plans.plans,
        temporary.set_temporary,
        cover.cover,
        departures.activate,
    ),
    "Explanations": (
        explain.why,
        explain.why_not,
        insight.explain,
        rework.tradeoff,
        insight.resilience,
        insight.compare,
    ),
    "Service": (serve.serve, serve.worker, serve.api_key, nightly.fix_gaps, schedules.schedules),
    "Tools": (solve.solve, solve.compile_, demo.demo),
}
for family, commands in FAMILIES.items():
    for command in commands:
        name = command.__name__.rstrip("_").replace("_", "-")
        app.command(name, rich_help_panel=family)(command)
app.add_typer(db.app, name="db", rich_help_panel="Service")
app.add_typer(review.app, name="review", rich_help_panel="Plans")
app.add_typer(ruledocs.app, name="rules", rich_help_panel="Rules")
app.add_typer(webhooks.app, name="webhooks", rich_help_panel="Service")


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[bool, typer.Option("--version", help="print the version", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"panelwise {version('panelwise')}")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code; every known error is told in one shape.

    Everything is written and closed by then, so the process ends at once: threads that C++ libraries keep
    would else be torn down at exit, which now and then aborts a run that has done its work.
    """
    code = run(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    try:
        app(args=arguments, prog_name="panelwise")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        margin().print("abandoned; nothing was changed")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        return 0
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        _tell(failure, error, "--json" in arguments)
        return failure.exit_code
    return 0


def _tell(failure: Failure, error: Exception, as_json: bool) -> None:
    if as_json:
        told = failure.as_json()
        if isinstance(error, IntakeError):
            told["issues"] = error.issues
        sys.stdout.write(json.dumps(plain(told), ensure_ascii=False, indent=2) + "\n")
        return
    screen = margin()
    if isinstance(error, IntakeError):
        show_issues(screen, error.issues)
        screen.print(f"[red]{len(error.errors):,} errors; nothing was written.[/]")
        return
    screen.print(f"[red]{escape(failure.title)}[/]", soft_wrap=True)
    for detail in failure.details:
        screen.print(escape(detail), soft_wrap=True)
