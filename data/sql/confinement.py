"""What a reader or writer is confined to, for databases that can fence it themselves."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Confinement:
    """Practices and agencies in sight; `everywhere` lifts it. `actor`: whose own events are in sight.

    With nothing named, nothing of any practice is in sight.
    """

    practices: frozenset[str] = field(default=frozenset())
    agencies: frozenset[str] = field(default=frozenset())
    actor: str = ""
    everywhere: bool = False


EVERYWHERE = Confinement(everywhere=True)
"""No confinement."""
