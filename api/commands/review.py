"""review reject, retarget, settle, rejections, revoke: single moves of a plan, before its commit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands import consents
from api.commands.options import Database, Day, Json, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, table

if TYPE_CHECKING:
    from api.workflow.review import Verdict

app = typer.Typer(help="Review plans before their commit.", no_args_is_help=True)

PlanId = Annotated[str, typer.Argument(help="plan id, or its beginning")]
Patients = Annotated[list[str], typer.Option("--patient", help="patient id; repeatable")]
Reason = Annotated[str, typer.Option(help="why, for the audit log and the patient's reason")]


@app.command()
def reject(
    plan_id: PlanId,
    patient: Patients,
    reason: Reason,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Reject moves of a plan: these patients stay as they are, and the pairs are not proposed again."""
    from api.workflow.review import Verdict

    _review(plan_id, [Verdict(tuple(patient), reason)], database, rules, as_of, json, show_all)


@app.command()
def retarget(
    plan_id: PlanId,
    patient: Patients,
    to: Annotated[str, typer.Option(help="provider who is to have them")],
    reason: Reason,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Send patients of a plan to another provider; where an exception is requested for that, they wait."""
    from api.workflow.review import Verdict

    _review(plan_id, [Verdict(tuple(patient), reason, to)], database, rules, as_of, json, show_all)


@app.command()
def settle(
    plan_id: PlanId,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Take in patients whose exceptions are approved by now; of a committed plan, in a plan of their own."""
    _review(plan_id, [], database, rules, as_of, json, show_all)


@app.command()
def rejections(
    revoked: Annotated[bool, typer.Option("--revoked", help="also those that were revoked")] = False,
    database: Database = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Pairs that people rejected and that are not proposed again."""
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        found = store.rejections(revoked)

    def show(console: Console) -> None:
        columns = ("#Id", "Patient", "Provider", "Slot", "Why", "By", "Plan", "Since", "Revoked")
        rows = [
            (
                str(each.rejection_id),
                each.patient_id,
                each.provider_id,
                str(each.slot),
                each.reason,
                each.actor,
                each.plan_id,
                f"{each.at:%Y-%m-%d}",
                f"{each.revoked_at:%Y-%m-%d}" if each.revoked_at else "",
            )
            for each in found
        ]
        most = 10**9 if show_all else SHOWN
        console.print(table("", columns, rows, most) if rows else "No pair is rejected.")

    emit(json, found, show)


@app.command()
def revoke(
    rejection_id: Annotated[int, typer.Argument(help="number, as `review rejections` shows it")],
    reason: Annotated[str, typer.Option(help="for the audit log")] = "",
    database: Database = None,
    json: Json = False,
) -> None:
    """Let a rejected pair be proposed again."""
    from api.clock import now
    from api.wiring import opened, settings_for

    settings = settings_for(database)
    with opened(settings) as store:
        done = store.revoke_rejection(rejection_id, settings.actor, now(), reason)
    emit(
        json,
        done,
        lambda console: console.print(f"{done.patient_id} may be given to {done.provider_id} again."),
    )


for command in consents.COMMANDS:
    app.command()(command)


def _review(
    plan_id: str,
    verdicts: "Sequence[Verdict]",
    database: Database,
    rules: RulesPath,
    as_of: Day,
    json: bool,
    show_all: bool,
) -> None:
    """Review, and show the plan that takes the place of the former one."""
    from api.clock import now
    from api.terminal.preview import show_plan
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.review import review

    settings = settings_for(database)
    with opened(settings) as store:
        plan = review(
            store, plan_id, verdicts, rulebook(settings, rules or ()), settings.actor, now(), day_of(as_of)
        )
    most = 10**9 if show_all else SHOWN
    payload = {"state": "ready", "header": plan.header, **plan.tables}
    emit(json, payload, lambda console: show_plan(console, plan, "ready", most))
