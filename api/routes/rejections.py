"""Rejected pairs: what is not proposed again, until somebody revokes it."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.routes.answer import answer
from api.routes.desk import AtDesk
from api.routes.paging import AsPage, Listed, page_of
from api.routes.reviews import Word
from data.review import Rejection

router = APIRouter(prefix="/rejections", tags=["review"])

TEXTS = ("patient_id", "provider_id", "slot", "reason", "plan_id", "actor", "revoked_by")
LISTED = pa.schema(
    [
        ("rejection_id", pa.int64()),
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.timestamp("us", "UTC")) for name in ("at", "revoked_at")),
    ]
)


@router.get("")
def list_rejections(
    desk: AtDesk,
    asked: AsPage,
    revoked: Annotated[bool, Query(description="also those that were revoked")] = False,
) -> Listed:
    """Pairs of patients in sight that people rejected, the newest first."""
    rows = [_row(each) for each in desk.store.rejections(revoked)]
    desk.noted("read", "rejections")
    table = pa.Table.from_pylist(rows, schema=LISTED)
    return page_of(table.sort_by([("rejection_id", "descending")]), ("-rejection_id",), asked)


@router.post("/{rejection_id}/revoke", response_model=dict[str, object])
def revoke_rejection(
    desk: AtDesk,
    rejection_id: Annotated[int, Path(ge=1, le=2**62)],
    word: Word | None = None,
) -> JSONResponse:
    """Let a pair be proposed again."""
    desk.principal.require("propose")
    done = desk.store.revoke_rejection(rejection_id, desk.actor, desk.now(), word.reason if word else "")
    return answer(_row(done))


def _row(rejection: Rejection) -> dict[str, object]:
    return {name: getattr(rejection, name) for name in LISTED.names} | {"slot": str(rejection.slot)}
