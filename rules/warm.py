"""An evaluator that stays warm: what it has asked the engine once, it does not ask again."""

from datetime import date

from data.eligibility import Eligibility, Int32
from data.slot import Slot
from data.snapshot import Snapshot
from rules.compiler import CompiledRules
from rules.evaluation import Evaluation
from rules.evaluator import evaluation_of, loads_of
from rules.grid import Population
from rules.leaf_cache import LeafCache
from rules.records import Records


class WarmEvaluator:
    """Evaluates one snapshot after another, of all patients or of some, under one rule book and slot.

    Its answers are those of `rules.evaluator`. Each leaf is put to the engine only for combinations of
    values that it has not seen: after a change of one provider, that provider's. Another day is another
    beginning. Not for several threads at once.
    """

    def __init__(self, compiled: CompiledRules, slot: Slot) -> None:
        self._compiled, self._slot = compiled, slot
        self._day: date | None = None
        self._cache = LeafCache()
        self._providers: Records | None = None
        self._before = 0

    @property
    def evaluated(self) -> int:
        """Pairs of values that were put to the engine so far."""
        return self._before + self._cache.evaluated

    def evaluation(self, snapshot: Snapshot, standing_provider: Int32) -> Evaluation:
        """See `rules.evaluator.evaluation`; the snapshot may hold some of the patients only."""
        return evaluation_of(self._compiled, self._population(snapshot), self._slot, standing_provider)

    def loads(self, snapshot: Snapshot, standing_provider: Int32) -> Eligibility:
        """See `rules.evaluator.loads`."""
        return loads_of(self._compiled, self._population(snapshot), self._slot, standing_provider)

    def _population(self, snapshot: Snapshot) -> Population:
        if snapshot.as_of != self._day:
            self._before, self._cache = self.evaluated, LeafCache()
            self._day = snapshot.as_of
        known = self._providers
        self._providers = Records(snapshot, "provider") if known is None else known.renewed(snapshot)
        return Population(self._compiled, snapshot, self._slot, self._providers, self._cache)
