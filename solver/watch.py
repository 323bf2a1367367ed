"""The incumbent and the bound of one tier while it is solved: told to the clock, and asked when to stop."""

from collections.abc import Callable
from dataclasses import dataclass, field

from solver.clock import Clock
from solver.result import Phase, relative_gap


@dataclass
class Watch:
    """`relay` hears of each change (of a part, if the tier is solved in parts)."""

    clock: Clock
    relay: Callable[[Phase, int | None, int | None], None]
    phase: Phase = "bound"
    value: int | None = None
    bound: int | None = None

    def tell(self, phase: Phase, value: int | None = None, bound: int | None = None) -> None:
        """Note a change: values only fall, bounds only rise."""
        self.phase = phase
        if value is not None:
            self.value = value if self.value is None else min(value, self.value)
        if bound is not None:
            self.bound = bound if self.bound is None else max(bound, self.bound)
        self.relay(self.phase, self.value, self.bound)

    def stop(self) -> bool:
        """Asked often by everything that runs long: report, and say whether to end."""
        self.relay(self.phase, self.value, self.bound)
        return self.clock.stopped() is not None

    def cancelled(self) -> bool:
        """The same for engines that keep the time limit themselves."""
        self.relay(self.phase, self.value, self.bound)
        return self.clock.cancelled()

    def bounded(self, bound: int) -> bool:
        """The same for what raises the bound."""
        self.tell(self.phase, bound=bound)
        return self.satisfied() or self.clock.stopped() is not None

    def satisfied(self) -> bool:
        """Whether the gap is small enough."""
        if self.value is None or self.bound is None:
            return False
        return relative_gap(self.value, self.bound) <= self.clock.params.gap


@dataclass
class Tally:
    """Adds up what the parts of a tier report; `rest` is what no part can change."""

    clock: Clock
    tier: int
    parts: int
    rest: int = 0
    phase: Phase = "bound"
    values: dict[int, int] = field(default_factory=dict)
    bounds: dict[int, int] = field(default_factory=dict)

    def relay_of(self, part: int) -> Callable[[Phase, int | None, int | None], None]:
        """Where part number `part` reports to."""
        noting = self.noting(part)

        def relay(phase: Phase, value: int | None, bound: int | None) -> None:
            noting(phase, value, bound)
            self.tell()

        return relay

    def noting(self, part: int) -> Callable[[Phase, int | None, int | None], None]:
        """Where it reports to from another thread: the caller's own passes it on by `tell`."""

        def relay(phase: Phase, value: int | None, bound: int | None) -> None:
            self.phase = phase
            self.note(part, value, bound)

        return relay

    def note(self, part: int, value: int | None, bound: int | None) -> None:
        """Take in what is known of part number `part`."""
        if value is not None:
            self.values[part] = value
        if bound is not None:
            self.bounds[part] = bound

    def tell(self) -> None:
        """Report the sums, as far as every part has something to add."""
        self.clock.report(self.phase, self.tier, self._sum(self.values), self._sum(self.bounds))

    def _sum(self, known: dict[int, int]) -> int | None:
        return self.rest + sum(known.values()) if len(known) == self.parts else None
