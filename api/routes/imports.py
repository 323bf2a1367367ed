"""Take in files: CSV, Parquet, FHIR NDJSON or Synthea, as several files or as one zip archive."""

import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import JSONResponse

from api.errors import NO_ROOM, RequestError
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk
from api.routes.problems import HttpError
from api.workflow.take_in import TakenIn, take_in

router = APIRouter(tags=["reference data"])

MOST_BYTES = 2 * 1024**3
"""Of everything unpacked together: a million patients as CSV take a tenth."""

CHUNK = 1024 * 1024


@router.post("/imports", response_model=TakenIn)
def import_files(
    desk: AtDesk,
    files: list[UploadFile],
    mode: Annotated[
        Literal["update", "replace"], Query(description="replace: also remove what is not given")
    ] = "update",
    dry_run: Annotated[bool, Query(description="only check")] = False,
    as_of: AsOf = None,
) -> JSONResponse:
    """Check files and take them in: all of it, or nothing and every problem at once."""
    desk.principal.require("provision")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "upload"
        folder.mkdir()
        _unpack(files, folder)
        done = take_in(desk.store, folder, desk.day(as_of), desk.actor, desk.now(), mode, dry_run)
    return answer(done)


def _unpack(files: list[UploadFile], folder: Path) -> None:
    """Write the files of the upload, and those of zip archives in it, side by side."""
    room = MOST_BYTES
    for upload in files:
        name = _plain_name(upload.filename or "")
        if name.lower().endswith(".zip"):
            room = _unzip(upload, folder, room)
        else:
            room = _copy(upload.file, folder / name, room)


def _unzip(upload: UploadFile, folder: Path, room: int) -> int:
    try:
        with zipfile.ZipFile(upload.file) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as content:
                        room = _copy(content, folder / _plain_name(member.filename), room)
    except (HttpError, RequestError):
        raise
    except Exception as error:  # a damaged archive makes its decoders raise whatever they like
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
        raise RequestError((f"{upload.filename} is not a zip archive that can be read: {error}",)) from None
    return room


def _copy(content: IO[bytes], path: Path, room: int) -> int:
    """Write what there is; the room that is left."""
    if path.exists():
        raise RequestError((f"{path.name} is given twice",))
    with path.open("wb") as file:
        while chunk := content.read(CHUNK):
            room -= len(chunk)
            if room < 0:
                raise HttpError(413, f"the files are larger than {MOST_BYTES // 1024**2:,} MiB together")
            file.write(chunk)
    return room


def _plain_name(given: str) -> str:
    """The last part of a name, so that nothing is written elsewhere."""
    name = PurePosixPath(given.replace("\\", "/")).name
    if not name or name in (".", "..") or "\x00" in name or len(name.encode()) > 200:
        raise RequestError((f"{given[:100]!r} is not a file name",))
    return name
