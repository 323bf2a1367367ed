"""The second fence: what the database itself shows and lets change, whatever the application asks for.

PostgreSQL has one (row-level security); a SQLite file and a store in memory have none. It is told here from
who somebody is, and never from what the application's own filter makes of them.
"""

from collections.abc import Mapping
from typing import Protocol, TypeVar, runtime_checkable

import pyarrow as pa

from api.access import EVERYWHERE, Principal
from data.job_store import JobStore
from data.sql.confinement import Confinement
from data.store import Store

Kept = TypeVar("Kept", Store, JobStore)


@runtime_checkable
class Confinable(Protocol):
    """What lies in a database that can fence."""

    def within(self, confinement: Confinement) -> object:
        """The same, of which the database shows and lets change only what is in sight."""


@runtime_checkable
class Showing(Protocol):
    """A store that knows what its database shows."""

    def shown(self) -> Mapping[str, pa.Array] | None:
        """Ids that the database shows, by table; None where it fences nobody in."""


def confinement_of(principal: Principal) -> Confinement:
    """What the database is told of somebody."""
    everywhere = principal.everywhere or bool(principal.roles & set(EVERYWHERE))
    if principal.acting:
        return Confinement(agencies=frozenset({principal.acting}), actor=principal.actor)
    return Confinement(principal.practices, principal.agencies, principal.actor, everywhere)


def fenced(kept: Kept, principal: Principal) -> Kept:
    """A store or its jobs as the database gives them to somebody; as they are where it has no fence."""
    return kept.within(confinement_of(principal)) if isinstance(kept, Confinable) else kept  # type: ignore[return-value]


def shown_by(store: Store) -> Mapping[str, pa.Array] | None:
    """Ids of what the database shows through a fenced store; None where nobody is fenced in."""
    return store.shown() if isinstance(store, Showing) else None
