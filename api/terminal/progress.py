"""The live line of a running solve: incumbent, bound, gap."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.terminal.screen import margin, percent
from solver.result import Progress as Moment

POINT = 1000
"""Costs of a problem are in thousandths of points."""

WORDS = {
    "compile": "compiling the engine, once",
    "bound": "proving",
    "construct": "placing",
    "improve": "improving",
    "exact": "finishing",
    "done": "done",
}


class SolveLine:
    """Shows the moments of a solve; the bar is the part of the first gap that is closed, not time."""

    def __init__(self, quiet: bool) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            console=margin(),
            transient=True,
            disable=quiet,
        )
        self._task = self._bar.add_task("reading", total=1.0, figures="")
        self._first_gap: float | None = None
        self.heard = False
        """Whether the search has said anything."""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, word: str) -> None:
        """A phase before or after the solve."""
        self._bar.update(self._task, description=word)

    def __call__(self, moment: Moment) -> None:
        """Take in one moment."""
        self.heard = True
        gap = moment.gap
        if gap is not None and self._first_gap is None:
            self._first_gap = max(gap, 1e-9)
        closed = 0.0 if gap is None or self._first_gap is None else 1 - gap / self._first_gap
        self._bar.update(
            self._task,
            description=WORDS[moment.phase],
            completed=min(max(closed, 0.0), 1.0),
            figures=_figures(moment),
        )


def _figures(moment: Moment) -> str:
    best = "-" if moment.value is None else f"{moment.value / POINT:,.0f}"
    bound = "-" if moment.bound is None else f"{moment.bound / POINT:,.0f}"
    gap = "-" if moment.gap is None else percent(moment.gap)
    return f"best {best}  bound {bound}  gap {gap}"
