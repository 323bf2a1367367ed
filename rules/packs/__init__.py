"""Rule packs that ship with panelwise, read as package data."""

from functools import cache
from importlib import resources

PACKS = ("core", "objectives", "findings", "attribution", "cms-ma-network-adequacy")
"""Names of the packs that are in force everywhere."""

OPTIONAL = ("va-panel", "caseload")
"""Names of the packs that a store puts in force where it wants them: `panelwise rules add NAME`."""


def pack_text(name: str) -> dict[str, str]:
    """File name and YAML text of a pack, as `parse` takes them. KeyError where there is no such pack."""
    if name not in PACKS + OPTIONAL:
        raise KeyError(f"there is no pack {name!r}; the packs are {', '.join(PACKS + OPTIONAL)}")
    file = f"{name}.yaml"
    return {file: _text(file)}


@cache
def _text(file: str) -> str:
    """Packs do not change while a program runs, and every request asks which documents are in force."""
    return resources.files(__name__).joinpath(file).read_text(encoding="utf-8")
