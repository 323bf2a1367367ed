"""The folder of a store's own rule documents: read and changed as one, also by several processes at once."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.errors import RequestError
from data.errors import RevisionMovedError

JOURNAL = ".change.json"
"""A change that is being written: whoever finds it takes it as written."""


@dataclass(frozen=True)
class FolderChange:
    """Texts to be written, by file name, and names of files that go."""

    texts: Mapping[str, str]
    removed: frozenset[str] = frozenset()


def read_own(folder: Path) -> dict[str, str]:
    """Text of the documents (*.yaml, *.yml) by path; of a change all or nothing. Empty without a folder.

    RequestError where one is no UTF-8 text.
    """
    if not folder.is_dir():
        return {}
    with _held(folder, fcntl.LOCK_SH):
        return _read(folder)


def write_own(
    folder: Path,
    change: FolderChange,
    new: bool = False,
    expected: Mapping[str, str] | None = None,
) -> None:
    """Carry out a change: all of it or nothing, whatever dies.

    RevisionMovedError, and nothing written, where `new` texts would take the place of others, or where the
    folder holds something else than `expected`, for which the change was checked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder, fcntl.LOCK_EX):
        found = _read(folder)
        if expected is not None and found != dict(expected):
            raise RevisionMovedError("somebody else changed the rules at the same moment; try again")
        taken = sorted({Path(each).name for each in found} & set(change.texts)) if new else []
        if taken:
            words = f"{', '.join(taken)} was written by somebody else at the same moment; try again"
            raise RevisionMovedError(words)
        _finish(folder)  # what somebody who died left
        _replace(folder / JOURNAL, json.dumps(vars(change) | {"removed": sorted(change.removed)}))
        _finish(folder)


def text_of(path: Path) -> str:
    """The text of a document; RequestError where it is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise RequestError((f"{path}: not UTF-8 text ({error.reason} at byte {error.start})",)) from None


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    """A lock on the folder, which ends with the process that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _read(folder: Path) -> dict[str, str]:
    files = sorted(each for each in folder.iterdir() if each.suffix in (".yaml", ".yml"))
    found = {str(each): text_of(each) for each in files}
    left = _journal(folder)
    if left is None:
        return found
    changed = found | {str(folder / name): text for name, text in left.texts.items()}
    gone = {str(folder / name) for name in left.removed}
    return {name: changed[name] for name in sorted(changed) if name not in gone}


def _finish(folder: Path) -> None:
    """Do what the journal says, where there is one, and take it away."""
    change = _journal(folder)
    if change is None:
        return
    for name, text in change.texts.items():
        _replace(folder / name, text)
    for name in change.removed:
        (folder / name).unlink(missing_ok=True)
    (folder / JOURNAL).unlink()


def _journal(folder: Path) -> FolderChange | None:
    try:
        told = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return FolderChange(told["texts"], frozenset(told["removed"]))


def _replace(path: Path, text: str) -> None:
    """Exchange a file; nobody sees half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
