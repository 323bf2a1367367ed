"""Independent components: parts of a stage that share no provider, so that each can be solved alone."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from solver.params import never
from solver.part import Part, part_of, whole_of
from solver.stage import Stage


def components_of(stage: Stage, stop: Callable[[], bool] = never) -> tuple[Part, ...]:
    """The components with arcs, largest first; the whole stage is one where a ceiling couples all.

    `stop()` is asked now and then; once true, the whole is as good. Classes without arcs belong to no
    component: nothing can be done for them.
    """
    problem = stage.problem
    whole = (whole_of(stage),)
    if stage.ceilings or problem.arcs == 0:
        return whole
    edges = (np.ones(problem.arcs, np.bool_), (problem.class_of_arc, problem.classes + problem.provider))
    size = problem.classes + problem.providers
    _, label = connected_components(coo_array(edges, shape=(size, size)), directed=False)
    of_provider = label[problem.classes :]
    of_arc = of_provider[problem.provider]
    arcs_of = np.bincount(of_arc, minlength=size)
    labels = np.flatnonzero(arcs_of)
    if len(labels) == 1:
        return whole
    by_label = np.split(np.argsort(of_arc, kind="stable"), np.cumsum(arcs_of[labels])[:-1])
    parts = []
    for each in np.argsort(-arcs_of[labels], kind="stable"):
        if stop():
            return whole
        parts.append(part_of(stage, of_provider == labels[each], problem.count, among=by_label[each]))
    return tuple(part for part in parts if part.stage.problem.arcs > 0)
