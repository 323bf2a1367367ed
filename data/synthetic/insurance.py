"""Insurance plans, who carries which, and the classes of patients that providers tell apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PLANS = (
    ("AETNA", "Aetna Advantage", "medicare_advantage"),
    ("ANTHEM", "Anthem", "commercial"),
    ("BCBS", "Blue Cross Blue Shield", "commercial"),
    ("CENTENE", "Centene", "medicaid_managed"),
    ("CIGNA", "Cigna", "commercial"),
    ("HUMANA", "Humana Gold", "medicare_advantage"),
    ("KAISER", "Kaiser", "commercial"),
    ("MEDICAID", "Medicaid", "medicaid"),
    ("MEDICARE", "Medicare", "medicare"),
    ("MOLINA", "Molina", "medicaid_managed"),
    ("TRICARE", "Tricare", "military"),
    ("UNITED", "United Dual Complete", "dual"),
)
"""Id, name, payer; sorted by id."""

MEDICARE, MEDICAID = 8, 7
ZIPF = 1.1
SECOND_PLAN = 0.3
ACCEPTED_EVERYWHERE = {MEDICARE: 0.97, MEDICAID: 0.86}

NEEDS = ("", "207QG0300X", "2084P0800X")
"""Specialty that a patient needs: none, geriatric medicine, psychiatry (NUCC codes)."""

NEED_SHARE = (0.955, 0.03, 0.015)

CLASSES = len(PLANS) * (len(PLANS) + 1) * len(NEEDS)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PatientClass:
    """Parts of a class number: first plan, second plan (-1: none), need (position in NEEDS)."""

    first: Ints
    second: Ints
    need: Ints

    @property
    def number(self) -> Ints:
        """One number below CLASSES for the three parts."""
        return (self.first * (len(PLANS) + 1) + self.second + 1) * len(NEEDS) + self.need


def parts(number: Ints) -> PatientClass:
    """The parts of class numbers."""
    plans, need = np.divmod(number, len(NEEDS))
    first, second = np.divmod(plans, len(PLANS) + 1)
    return PatientClass(first, second - 1, need)


def draw_market(states: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Share of every plan in every state: a zipf law whose order differs by state."""
    rank = np.empty((states, len(PLANS)), dtype=np.int64)
    others = [plan for plan in range(len(PLANS)) if plan not in (MEDICARE, MEDICAID)]
    for state in range(states):
        rank[state, MEDICARE], rank[state, MEDICAID] = 1, 2
        rank[state, others] = 3 + rng.permutation(len(others))
    share = rank.astype(np.float64) ** -ZIPF
    return share / share.sum(axis=1, keepdims=True)


def draw_classes(
    state: Ints, market: npt.NDArray[np.float64], household: Ints, rng: np.random.Generator
) -> Ints:
    """A class for every patient; the same within a household (`household[i]`: its first patient)."""
    first = _draw_plan(state, market, rng)
    second = _draw_plan(state, market, rng)
    second[(rng.random(len(state)) >= SECOND_PLAN) | (second == first)] = -1
    need = rng.choice(len(NEEDS), len(state), p=NEED_SHARE)
    return PatientClass(first, second, need).number[household]


def _draw_plan(state: Ints, market: npt.NDArray[np.float64], rng: np.random.Generator) -> Ints:
    cumulative = np.cumsum(market, axis=1)
    cumulative[:, -1] = 1.0
    levels = (cumulative + np.arange(len(market))[:, None]).ravel()
    found = np.searchsorted(levels, state + rng.random(len(state)), side="right")
    return np.minimum(found - state * len(PLANS), len(PLANS) - 1)


def draw_acceptance(
    state: Ints, market: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """`accepted[p, plan]`: common plans of the provider's state are accepted by most, rare ones by half."""
    likely = np.clip(0.62 + 2.5 * market[state], 0.0, 0.9)
    for plan, share in ACCEPTED_EVERYWHERE.items():
        likely[:, plan] = share
    return rng.random(likely.shape) < likely


def class_acceptance(accepted: npt.NDArray[np.bool_], meets: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """`[p, class]`: the provider accepts one of the plans and meets the need."""
    each = parts(np.arange(CLASSES))
    second = np.where(each.second >= 0, accepted[:, each.second], False)
    return (accepted[:, each.first] | second) & meets[:, each.need]
