"""Whom a provider has, by practice and level."""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from api.access_sight import Sight
from data.standing import population, slots_in_use, standing

NO_PRACTICE = "(no practice)"


@dataclass(frozen=True)
class PracticePanel:
    """Patients of one practice by level; `total` counts each patient once."""

    practice_id: str
    total: int
    by_level: dict[str, int]


@dataclass(frozen=True)
class Panel:
    """A provider's patients in one role, defaults of facilities included, practices with most first."""

    provider_id: str
    role: str
    total: int
    by_level: dict[str, int]
    practices: tuple[PracticePanel, ...]


def panel(sight: Sight, provider_id: str, role: str) -> Panel:
    """Count them as far as they are in sight. NotFoundError where the provider is not."""
    sight.require("providers", provider_id)
    snapshot = sight.snapshot
    provider = snapshot.position("providers", provider_id)
    practice = pc.fill_null(snapshot.patients["practice_id"], NO_PRACTICE).combine_chunks()
    codes = practice.dictionary_encode()
    names, place = codes.dictionary.to_pylist(), codes.indices.to_numpy(zero_copy_only=False)
    seen, once = sight.mask("patients"), np.zeros(snapshot.patients.num_rows, np.bool_)
    counts: dict[str, dict[str, int]] = {}
    for slot in slots_in_use(snapshot):
        if slot.role != role:
            continue
        theirs = (standing(snapshot, slot).owner == provider) & population(snapshot, slot) & seen
        once |= theirs
        for code, number in enumerate(np.bincount(place[theirs], minlength=len(names)).tolist()):
            if number:
                counts.setdefault(names[code], {})[slot.level] = number
    totals = dict(zip(names, np.bincount(place[once], minlength=len(names)).tolist(), strict=True))
    practices = [PracticePanel(name, totals[name], levels) for name, levels in counts.items()]
    practices.sort(key=lambda each: (-each.total, each.practice_id))
    levels = {level for each in practices for level in each.by_level}
    return Panel(
        provider_id,
        role,
        int(np.count_nonzero(once)),
        {level: sum(each.by_level.get(level, 0) for each in practices) for level in sorted(levels)},
        tuple(practices),
    )
