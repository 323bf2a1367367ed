"""An evaluator that stays warm: what it has worked out once, it does not work out again."""

from data.eligibility import Eligibility, Int32
from data.slot import Slot
from data.snapshot import Snapshot
from rules.alone import Alone, Judge
from rules.compiler import CompiledRules
from rules.evaluator import loads_of
from rules.grid import Population
from rules.kept import KEPT_BYTES, Kept
from rules.leaf_cache import LeafCache
from rules.records import Records


class WarmEvaluator:
    """Evaluates one snapshot after another, single patients and limits, under one rule book and slot.

    Its answers are those of `rules.evaluator`. Each leaf is put to the engine only for combinations of
    values that it has not seen: after a change of one provider, that provider's. While nothing about
    providers changes, what conditions say of a patient's values is kept, too, within `kept_bytes`.
    Another day is another beginning. Not for several threads at once.
    """

    def __init__(self, compiled: CompiledRules, slot: Slot, kept_bytes: int = KEPT_BYTES) -> None:
        self._compiled, self._slot, self._most = compiled, slot, kept_bytes
        self._cache, self._kept = LeafCache(), Kept(kept_bytes)
        self._providers: Records | None = None
        self._judge: Judge | None = None
        self._before = 0

    @property
    def evaluated(self) -> int:
        """Pairs of values that were put to the engine so far."""
        return self._before + self._cache.evaluated

    @property
    def kept_bytes(self) -> int:
        """Bytes that are kept of what was worked out for single patients."""
        return self._kept.nbytes

    def alone(self, snapshot: Snapshot, standing_provider: Int32) -> Alone:
        """The rules' word on the only patient of a snapshot with every provider."""
        providers = self._renewed(snapshot)
        if self._judge is None:
            self._judge = Judge(self._compiled, self._slot, snapshot.as_of)
        population = Population(self._compiled, snapshot, self._slot, providers, self._cache, kept=self._kept)
        return self._judge.judge(population, standing_provider)

    def loads(self, snapshot: Snapshot, standing_provider: Int32) -> Eligibility:
        """See `rules.evaluator.loads`."""
        population = Population(self._compiled, snapshot, self._slot, self._renewed(snapshot), self._cache)
        return loads_of(self._compiled, population, self._slot, standing_provider)

    def _renewed(self, snapshot: Snapshot) -> Records:
        """The providers of the snapshot; what is known of others is let go."""
        before = self._providers
        if before is not None and before.snapshot.as_of != snapshot.as_of:
            self._before, self._cache, self._judge = self.evaluated, LeafCache(), None
        now = self._providers = Records(snapshot, "provider") if before is None else before.renewed(snapshot)
        if now is not before:
            self._kept = Kept(self._most)
        return now
