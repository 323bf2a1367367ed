"""review waiting, submit, approve, refuse, accept, decline, expire: plans that need the word of others."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Json
from api.terminal.screen import emit, table

if TYPE_CHECKING:
    from data.review import Consent, ConsentKind, ConsentState

PlanId = Annotated[str, typer.Argument(help="plan id, or its beginning")]
Said = Annotated[str, typer.Option("--reason", help="for the audit log")]
Why = Annotated[str, typer.Option("--reason", help="why, for the audit log")]


def waiting(database: Database = None, json: Json = False) -> None:
    """Plans that wait, and for whose word."""
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        open_plans = {each.header.plan_id for each in store.records(2**31 - 1) if each.state == "waiting"}
        found = [each for each in store.consents() if each.plan_id in open_plans]
    _show(found, json)


def submit(plan_id: PlanId, database: Database = None, json: Json = False) -> None:
    """Ask for every consent that a plan needs, without committing it."""
    from api.clock import now
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.consent import submit as hand_in

    settings = settings_for(database)
    with opened(settings) as store:
        found = hand_in(store, plan_id, rulebook(settings), settings.actor, now())
    _show(found, json, "It needs nobody's word: it may be committed.")


def approve(plan_id: PlanId, reason: Said = "", database: Database = None, json: Json = False) -> None:
    """Approve a plan that waits for a manager; somebody else than who made it."""
    _decide(plan_id, "approval", "given", reason, database, json)


def refuse(plan_id: PlanId, reason: Why, database: Database = None, json: Json = False) -> None:
    """Refuse a whole plan: it is not committed any more."""
    from api.clock import now
    from api.wiring import opened, settings_for
    from api.workflow.consent import reject

    settings = settings_for(database)
    with opened(settings) as store:
        full = store.record(plan_id).header.plan_id
        reject(store, full, settings.actor, now(), reason)
    told = {"plan_id": full, "state": "rejected"}
    emit(json, told, lambda console: console.print(f"[cyan]{full}[/] is rejected."))


def accept(plan_id: PlanId, reason: Said = "", database: Database = None, json: Json = False) -> None:
    """Take the patients of a plan of others for providers of your own."""
    _decide(plan_id, "acceptance", "given", reason, database, json)


def decline(plan_id: PlanId, reason: Why, database: Database = None, json: Json = False) -> None:
    """Decline them; the plan can only go on without these moves."""
    _decide(plan_id, "acceptance", "refused", reason, database, json)


def expire(database: Database = None, json: Json = False) -> None:
    """Mark every preview that has become too old as expired; it can be re-based."""
    from api.clock import now
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.approval import expire as mark

    settings = settings_for(database)
    with opened(settings) as store:
        gone = mark(store, rulebook(settings), settings.actor, now())
    emit(json, list(gone), lambda console: console.print(f"{len(gone)} expired: {', '.join(gone) or 'none'}"))


COMMANDS: tuple[Callable[..., None], ...] = (waiting, submit, approve, refuse, accept, decline, expire)


def _decide(
    plan_id: str,
    kind: "ConsentKind",
    state: "ConsentState",
    reason: str,
    database: Database,
    json: bool,
) -> None:
    from api.clock import now
    from api.wiring import opened, settings_for
    from api.workflow.consent import decide

    settings = settings_for(database)
    with opened(settings) as store:
        full = store.record(plan_id).header.plan_id
        found = decide(store, full, kind, state, settings.actor, now(), reason)
    _show(found, json)


def _show(found: "list[Consent]", json: bool, nothing: str = "No plan waits.") -> None:
    def show(console: Console) -> None:
        columns = ("Plan", "What", "State", "Asked by", "Decided by", "Why")
        rows = [
            (
                each.plan_id,
                escape(each.sentence),
                each.state,
                each.asked_by,
                each.decided_by,
                escape(each.reason),
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=999) if rows else nothing)

    emit(json, [{**vars(each), "moves": each.moves.num_rows} for each in found], show)
