"""A plan as people read it: one summary line, before and after, then moves with their reasons."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console

from api.terminal.screen import SHOWN, percent, table
from data.plan import Counts, Outcome, Plan, PlanHeader, PlanState

STOPPED = {
    "optimal": "proven optimal",
    "gap_reached": "stopped at the gap asked for",
    "time_limit": "stopped at the time limit",
    "work_limit": "stopped at the work limit",
    "cancelled": "stopped by you; the best plan so far",
    "decided": "changed in review",
}


ROUNDING = 1e-9
"""Loads are sums of thousandths, kept as binary fractions."""


def summary(counts: Counts) -> str:
    """The line that comes first, always in the same order."""
    return (
        f"[bold]Plan[/]  [green]+{counts.assign:,} to assign[/]  [yellow]~{counts.move:,} to move[/]  "
        f"={counts.keep:,} keep  "
        + (f"[red]−{counts.left:,} left without[/]" if counts.left else "−0 left without")
        + (f"  [magenta]?{counts.review:,} to review[/]" if counts.review else "")
    )


def show_plan(console: Console, plan: Plan, state: PlanState, most: int = SHOWN) -> None:
    """Everything a person needs before a commit."""
    header = plan.header
    console.print()
    console.print(summary(header.counts))
    console.print(_facts(header, state))
    if header.outcome is not None:
        console.print(outcome(header.outcome))
    if header.review_on is not None:
        console.print(f"[yellow]temporary: to be reviewed by {header.review_on}[/]")
    for note in header.notes:
        console.print(f"[dim]· {note}[/]")
    if not plan["statements"].num_rows:
        console.print("\n0 moves: what stands needs no change under these rules and this objective.")
    _show_loads(console, plan["loads"])
    _show_terms(console, header)
    _show_moves(console, plan, most)
    _show_left(console, plan["left"], most)
    _show_review(console, plan["review"], most)
    _show_decisions(console, plan["decisions"], most)
    _show_visits(console, plan["visits"])
    console.print(_next_step(plan, state))


def outcome(said: Outcome) -> str:
    """Why it stopped, what is held, what is proved; no gap where nothing was."""
    if said.detail:
        return (
            f"{STOPPED[said.termination]} after {said.seconds:.1f} s, value {said.value:,.0f} ({said.detail})"
        )
    proof = f"gap {percent(said.gap)} (value {said.value:,.0f}, proven bound {said.bound:,.0f} points)"
    return f"{STOPPED[said.termination]} after {said.seconds:.1f} s, {proof}"


def _facts(header: PlanHeader, state: PlanState) -> str:
    label = "preview – nothing has been changed" if state == "ready" else state
    return (
        f"[cyan]{header.plan_id}[/] ({label})  {header.title}\n"
        f"slot {header.slot}, effective {header.effective_on}, {header.scope}; "
        f"{header.counts.statements:,} statements carry it out"
    )


def _show_loads(console: Console, loads: pa.Table) -> None:
    if not loads.num_rows:
        return
    frame = loads.to_pandas()
    rows = [_limit_row(str(title), part) for title, part in frame.groupby("title", sort=False)]
    console.print(table("Limits of providers", ("Limit", "#over it", "#highest", "#used"), rows))


def _limit_row(title: str, part: pd.DataFrame) -> list[object]:
    """Providers over the limit, the highest use and the use of all, each before → after."""
    limited = part[part["maximum"] > 0]
    both = ("before", "after")
    over = [int((part[when] > part["maximum"] + ROUNDING).sum()) for when in both]
    if limited.empty:
        return [title, _change(*over), "", ""]
    highest = [limited[when].div(limited["maximum"]).max() for when in both]
    used = [limited[when].sum() / limited["maximum"].sum() for when in both]
    return [
        title,
        _change(*over),
        _change(*map(percent, highest)),
        _change(*map(percent, used)),
    ]


def _change(before: object, after: object) -> str:
    return f"{before} → {after}"


def _show_terms(console: Console, header: PlanHeader) -> None:
    rows: list[tuple[str, float, float, float]] = [
        (term.name.replace("_", " "), term.before, term.after, term.after - term.before)
        for term in header.terms
        if term.before or term.after
    ]
    if not rows:
        return
    before, after = (sum(getattr(term, when) for term in header.terms) for when in ("before", "after"))
    rows.append(("total", before, after, after - before))
    points = [
        (name, round(before), round(after), f"{round(change):+,}") for name, before, after, change in rows
    ]
    console.print(table("Objective, in points", ("Term", "#before", "#after", "#change"), points))


def _show_moves(console: Console, plan: Plan, most: int) -> None:
    moves = plan["moves"]
    if not moves.num_rows:
        return
    grouped = moves.group_by(["from_provider_id", "to_provider_id", "reason_code"]).aggregate(
        [("patient_id", "count"), ("reason", "min")]
    )
    grouped = grouped.sort_by([("patient_id_count", "descending"), ("to_provider_id", "ascending")])
    rows = [
        (
            row["from_provider_id"] or "nobody",
            row["to_provider_id"],
            row["patient_id_count"],
            row["reason_min"],
        )
        for row in grouped.to_pylist()
    ]
    console.print(table("Moves, grouped", ("From", "To", "#patients", "Reason"), rows, most))
    defaults = plan["statements"].filter(pc.equal(plan["statements"]["kind"], "facility"))
    if defaults.num_rows:
        changed = [
            (row["facility_id"], row["from_provider_id"] or "nobody", row["to_provider_id"] or "")
            for row in defaults.to_pylist()
        ]
        console.print(table("Facility defaults that change", ("Facility", "From", "To"), changed, most))


def _show_left(console: Console, left: pa.Table, most: int) -> None:
    rows: Iterable[tuple[object, ...]] = (
        (row["patient_id"], row["considered"], row["reason"], row["ways_out"]) for row in left.to_pylist()
    )
    if left.num_rows:
        console.print(
            table("Left without a provider", ("Patient", "#considered", "Why", "Ways out"), rows, most)
        )


def _show_review(console: Console, review: pa.Table, most: int) -> None:
    rows = [(row["patient_id"], row["provider_id"], row["reason"]) for row in review.to_pylist()]
    if rows:
        console.print(table("To review", ("Patient", "Provider", "Why"), rows, most))


def _show_decisions(console: Console, decisions: pa.Table, most: int) -> None:
    rows = [
        (
            row["patient_id"],
            row["proposed_provider_id"] or "nobody",
            row["decision"],
            row["to_provider_id"] or "",
            row["decided_by"],
            row["reason"],
        )
        for row in decisions.to_pylist()
    ]
    if rows:
        columns = ("Patient", "Proposed", "Decision", "To", "By", "Why")
        console.print(table("Decided in review", columns, rows, most))


def _show_visits(console: Console, visits: pa.Table) -> None:
    if visits.num_rows:
        counts = visits.group_by(["action", "reason"]).aggregate([("visit_id", "count")])
        rows = [
            (row["action"], row["visit_id_count"], row["reason"])
            for row in counts.sort_by([("action", "ascending"), ("reason", "ascending")]).to_pylist()
        ]
        console.print(table("Visits with the former provider", ("Order", "#visits", "Why"), rows))


def _next_step(plan: Plan, state: PlanState) -> str:
    if state == "waiting":
        return "\nIt waits for the word of others: [bold]panelwise review waiting[/]"
    if state == "ready" and plan["statements"].num_rows:
        return f"\nNothing has been changed. To carry it out: [bold]panelwise commit {plan.plan_id}[/]"
    if state == "committed":
        return f"\nTo undo it: [bold]panelwise revert {plan.plan_id}[/]"
    return ""
