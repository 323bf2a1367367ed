"""Where compiled code is kept, and when it is out of date."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data import compiled
from data.compiled import digest_of

INNER = "from data.compiled import compiled\n\n\n@compiled\ndef twice(x):\n    return {factor} * x\n"
OUTER = (
    "from data.compiled import compiled\nfrom pack.inner import twice\n\n\n"
    "@compiled\ndef more(x):\n    return twice(x) + 1\n"
)
ASK = (
    "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); from pack.outer import more\n"
    "from data.compiled import place\n"
    "print(json.dumps([more(4), sum(more.stats.cache_misses.values()), str(place())]))"
)


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "code" / "pack"
    folder.mkdir(parents=True)
    (folder / "inner.py").write_text(INNER.format(factor=2))
    (folder / "outer.py").write_text(OUTER)
    return folder


def ask(pack: Path, **environment: str):
    """What `more(4)` is in a process of its own, how often it had to compile it, and where it keeps that."""
    path = [str(pack.parent), str(Path(__file__).parents[2]), *sys.path]
    said = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(path)],
        env={**{k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(said.stdout)


def test_another_process_finds_what_was_compiled_and_compiles_anew_once_something_inside_changes(
    pack, tmp_path
):
    cache = str(tmp_path / "cache")
    assert ask(pack, NUMBA_CACHE_DIR=cache) == [9, 1, cache]
    assert ask(pack, NUMBA_CACHE_DIR=cache) == [9, 0, cache]
    (pack / "inner.py").write_text(INNER.format(factor=3))  # outer.py, which has a copy of it, is as before
    assert ask(pack, NUMBA_CACHE_DIR=cache) == [13, 1, cache]


def test_without_a_wish_it_is_the_users_cache_folder_and_nobody_elses(pack, tmp_path):
    home = tmp_path / "caches"
    kept = home / "panelwise" / "compiled"
    found = ask(pack, XDG_CACHE_HOME=str(home))
    if sys.platform != "linux":
        pytest.skip("other operating systems have another place")
    assert found == [9, 1, str(kept)]
    kept.chmod(0o777)  # anybody could put machine code there
    assert ask(pack, XDG_CACHE_HOME=str(home))[2] != str(kept)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc, where nobody can write")
def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(pack, tmp_path):
    nowhere = {"NUMBA_CACHE_DIR": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere"}
    value, _, place = ask(pack, TMPDIR=str(tmp_path), **nowhere)
    assert value == 9
    assert place.startswith(str(tmp_path / "panelwise-compiled-"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder of Linux")
def test_what_an_image_brings_along_is_used_where_its_folder_cannot_be_written(pack, tmp_path, monkeypatch):
    image, home = tmp_path / "image", tmp_path / "home"
    ask(pack, NUMBA_CACHE_DIR=str(image))
    writable = compiled._is_writable
    monkeypatch.setattr(compiled, "_is_writable", lambda folder: folder != image and writable(folder))
    monkeypatch.setitem(compiled.NUMBA, "CACHE_DIR", str(image))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert compiled.place.__wrapped__() == home / "panelwise" / "compiled"
    assert ask(pack, XDG_CACHE_HOME=str(home))[:2] == [9, 0]


def test_the_digest_is_of_the_text_and_of_what_is_imported_with_compiled_code(pack):
    before = digest_of(pack / "outer.py"), digest_of(pack / "inner.py")
    digest_of.cache_clear()
    (pack / "unrelated.py").write_text("x = 1\n")
    assert (digest_of(pack / "outer.py"), digest_of(pack / "inner.py")) == before
    digest_of.cache_clear()
    (pack / "inner.py").write_text(INNER.format(factor=5))
    assert digest_of(pack / "outer.py") != before[0]
    digest_of.cache_clear()
