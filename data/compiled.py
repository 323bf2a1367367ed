"""Compiled code: numba's decorator, and where the machine code is kept from one run to the next.

Compiling everything takes half a minute of one core, once for each version of the code and kind of processor.
What comes out is kept in `NUMBA_CACHE_DIR` where that is set, else in the user's cache folder, so that a
program which is installed where nobody may write finds it again; a folder that may be read but not written
(an image built elsewhere) is copied from.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import __version__ as numba_version
from numba import config, njit
from numba.core.registry import cpu_target

Function = TypeVar("Function", bound=Callable[..., object])

NUMBA, LOCATOR = vars(config), "CACHE_LOCATOR_CLASSES"
"""Numba's settings, and the one that names the class which says where code is kept."""

MARK = "@compiled"
"""What a line of a module with compiled functions begins with."""

FUNCTIONS: list[Any] = []
"""Every function that is compiled when it is first called, in the order of import."""


def compiled(function: Function) -> Function:
    """Compile `function` when it is first called; other threads run on while it runs."""
    before, NUMBA[LOCATOR] = NUMBA[LOCATOR], f"{__name__}.{Kept.__name__}"
    try:
        made = njit(cache=True, nogil=True)(function)
    finally:
        NUMBA[LOCATOR] = before
    FUNCTIONS.append(made)
    return cast(Function, made)


class Kept:
    """Where numba keeps one function: a folder named after the texts that its code is made of.

    Numba itself looks at the function's own file only, and would go on using code into which an older version
    of a function from another file was copied.
    """

    def __init__(self, path: Path, line: int) -> None:
        self._digest = digest_of(path)
        self._path = place() / f"{path.stem}-{self._digest[:16]}"
        self._line = line

    @classmethod
    def from_function(cls, function: Callable[..., object], file: str) -> "Kept":
        """For numba."""
        kept = cls(Path(file), function.__code__.co_firstlineno)
        kept.ensure_cache_path()
        return kept

    def ensure_cache_path(self) -> None:
        """For numba: make the folder."""
        self._path.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """For numba: the folder."""
        return str(self._path)

    def get_source_stamp(self) -> str:
        """For numba: what is kept under another stamp is out of date."""
        return self._digest

    def get_disambiguator(self) -> str:
        """For numba: tells functions of one name apart."""
        return str(self._line)


@cache
def digest_of(path: Path) -> str:
    """Digest of a module and of all modules with compiled functions that it imports, directly or not."""
    seen: dict[Path, bytes] = {}
    waiting = [path]
    while waiting:
        text = waiting[0].read_bytes()
        seen[waiting.pop(0)] = text
        waiting += [each for each in _imported(path.parents, text.decode()) if each not in seen]
    return sha256(b"".join(text for _, text in sorted(seen.items()))).hexdigest()


def _imported(above: Sequence[Path], text: str) -> list[Path]:
    """Files with compiled functions among what a module's text imports from its own package."""
    found = []
    for name in re.findall(r"^from ([\w.]+) import", text, re.MULTILINE):
        first, *rest = name.split(".")
        top = next((each for each in above if each.name == first), None)
        file = top and top.joinpath(*rest).with_suffix(".py")
        if file and rest and file.exists() and f"\n{MARK}\n" in file.read_text(encoding="utf-8"):
            found.append(file)
    return found


@cache
def place() -> Path:
    """The first folder that may be written to: the one asked for, the user's, a temporary one.

    Machine code is loaded from it: unless it was asked for, nobody else may be able to write there.
    """
    asked = Path(NUMBA["CACHE_DIR"]) if NUMBA["CACHE_DIR"] else None
    if asked and _is_writable(asked):
        return asked
    own = _of_user()
    if own and _is_writable(own) and _is_private(own):
        if asked and asked.is_dir():
            with suppress(OSError):
                shutil.copytree(asked, own, dirs_exist_ok=True)
        return own
    temporary = Path(tempfile.mkdtemp(prefix="panelwise-compiled-"))
    os.environ["NUMBA_CACHE_DIR"] = str(temporary)  # for the processes that this one starts
    return temporary


def _of_user() -> Path | None:
    """In the user's cache folder, as the operating system has it; None where the user has no home."""
    with suppress(RuntimeError):
        return _caches() / "panelwise" / "compiled"
    return None


def _caches() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _is_private(folder: Path) -> bool:
    """Whether no other user may write there."""
    about = folder.stat()
    return sys.platform == "win32" or (about.st_uid == os.getuid() and not about.st_mode & 0o022)


def is_compiled(package: str) -> bool:
    """Whether every function of a package has been compiled for this version of it and this processor."""
    return _mark(package).exists()


def note_compiled(package: str) -> None:
    """Remember, for later processes too, that every function of a package has been compiled."""
    _mark(package).touch()


def _mark(package: str) -> Path:
    own = [each.py_func for each in FUNCTIONS if each.py_func.__module__.startswith(f"{package}.")]
    files = {Path(each.__code__.co_filename) for each in own}
    codegen = cpu_target.target_context.codegen().magic_tuple()
    what = repr((sorted(map(digest_of, files)), numba_version, sys.version_info[:2], codegen))
    return place() / f"{package}-{sha256(what.encode()).hexdigest()[:16]}"
