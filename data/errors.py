"""Errors of the vocabulary and of storage; the sentence of each is its docstring's first line."""


class DataError(Exception):
    """Something about the data or the store is wrong."""


class NotFoundError(DataError):
    """There is nothing of that name."""


class StoreVersionError(DataError):
    """The database was written by a newer version of panelwise."""


class RevisionMovedError(DataError):
    """The data changed between reading and writing."""


class UnavailableError(DataError):
    """The database cannot be reached, or is too busy: the same may succeed a moment later."""


class KeyReusedError(DataError):
    """An idempotency key was used for something else before."""


class OverlapError(DataError):
    """Rows would be valid on days on which other rows of the same subject are; `clashes` names them."""

    def __init__(self, message: str, clashes: tuple[str, ...]) -> None:
        self.clashes = clashes
        super().__init__(message)


class StalePlanError(DataError):
    """What the plan starts from has changed since; `drift` says what, in sentences."""

    def __init__(self, plan_id: str, drift: tuple[str, ...]) -> None:
        self.plan_id = plan_id
        self.drift = drift
        super().__init__(
            f"plan {plan_id} is stale: {len(drift)} of its starting points changed. "
            "Propose again from today's data, or commit what remains after a re-base."
        )


class PlanStateError(DataError):
    """The plan is in a state that does not allow this step."""


class ConsentMissingError(PlanStateError):
    """A plan needs the consent of others before it is committed; `waits` says whose, and why."""

    def __init__(self, plan_id: str, waits: tuple[str, ...]) -> None:
        self.plan_id = plan_id
        self.waits = waits
        super().__init__(f"plan {plan_id} waits for {len(waits)} consents before it can be committed")


class ContradictionError(DataError):
    """Pins contradict each other; `conflicts` names every pair."""

    def __init__(self, conflicts: tuple[str, ...]) -> None:
        self.conflicts = conflicts
        super().__init__("contradicting pins: " + "; ".join(conflicts))
