"""Plan headers as JSON text and back, exactly."""

from functools import cache

from pydantic import TypeAdapter
from pydantic_core import to_json

from data.plan import PlanHeader


def header_to_json(header: PlanHeader) -> str:
    """JSON text of a header; `header_from_json` gives an equal one. Infinite bounds are texts in it."""
    return to_json(header, inf_nan_mode="strings").decode()


def header_from_json(text: str) -> PlanHeader:
    """The header of a JSON text; ValueError (pydantic's, all problems at once) where it is not one."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[PlanHeader]:
    return TypeAdapter(PlanHeader)
