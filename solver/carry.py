"""From who has whom to a flow: an earlier plan on the problem of today, a saved one on its own."""

import numpy as np
import numpy.typing as npt

from data.plan import Plan
from data.snapshot import Snapshot
from solver.build import Planning

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def planned_providers(plan: Plan, snapshot: Snapshot, owner: Int32) -> Int32:
    """Provider (row of `snapshot`) of every patient once the plan is carried out; -1 for nobody.

    `owner` is who has each patient today. Moves of patients and to providers who are not there are passed
    over: those patients keep who they have.
    """
    moves = plan["moves"]
    patient = snapshot.positions("patients", moves["patient_id"])
    provider = snapshot.positions("providers", moves["to_provider_id"])
    known = (patient >= 0) & (provider >= 0)
    planned = owner.astype(np.int32)
    planned[patient[known]] = provider[known]
    return planned


def flow_of_providers(planning: Planning, provider: Int32) -> Int32:
    """The flow that gives patient i `provider[i]` where the problem has such an arc.

    Others stay where they are, or are left out where they have nobody; so do households whose members would
    be torn apart. It may break limits: see `solver.repair`.
    """
    taken = arcs_of_units(planning, provider)
    return np.bincount(taken[taken >= 0], minlength=planning.problem.arcs).astype(np.int32)


def arcs_of_units(planning: Planning, provider: Int32) -> Int64:
    """The arc of every unit whose patients all get `provider[i]`; else that of staying, else -1."""
    arcs, classes, providers = planning.arcs, planning.classes, planning.problem.providers
    if not len(classes.patients):
        return np.zeros(0, np.int64)
    wanted = provider[classes.patients].astype(np.int64)
    start = classes.patient_start[:-1]
    least, most = np.minimum.reduceat(wanted, start), np.maximum.reduceat(wanted, start)
    group = np.repeat(np.arange(planning.problem.classes, dtype=np.int64), np.diff(classes.unit_start))
    asked = np.where((least == most) & (least >= 0), group * providers + least, -1)
    known = arcs.owner.astype(np.int64) * providers + arcs.provider
    place = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    found = (known[place] == asked) if len(known) else np.zeros(len(asked), np.bool_)
    stay = np.full(planning.problem.classes, -1, np.int64)
    stay[arcs.owner[arcs.stay]] = np.flatnonzero(arcs.stay)
    return np.where(found, place, stay[group]).astype(np.int64)


def arcs_of_decided(planning: Planning, provider: Int32) -> Int64:
    """The same for every patient (row of the snapshot); -1 for those who are not part of the problem."""
    classes = planning.classes
    found = np.full(planning.subjects.snapshot.patients.num_rows, -1, np.int64)
    found[classes.patients] = np.repeat(arcs_of_units(planning, provider), np.diff(classes.patient_start))
    return found
