"""Specialties by name or NUCC code, and the role that each stands for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

_CODE = re.compile(r"^[0-9]{3}[0-9A-Z]{6}X$")
_CARE_MANAGER = re.compile(r"\b(care|case)[ -](manage|coordinat)", re.IGNORECASE)


@dataclass(frozen=True)
class Trade:
    """What a clinician does: specialties (NUCC codes, or the name where no code is known) and role."""

    specialties: tuple[str, ...]
    role: str


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    """Code by name, role by code."""
    text = files("data.intake").joinpath("specialties.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)
    by_name = {name: entry["code"] for entry in entries for name in entry["names"]}
    return by_name, {entry["code"]: entry.get("role", "physician") for entry in entries}


def trade(codes: Iterable[str], words: Sequence[str]) -> Trade:
    """Specialties and role of somebody described by codes (any system) and words.

    A NUCC code is taken as it is; else a word that names one. A word alone says care manager where it
    speaks of care or case management. Who is described by nothing is a physician.
    """
    by_name, roles = _known()
    found = [code for code in codes if _CODE.match(code)]
    found += [by_name[word.strip().lower()] for word in words if word.strip().lower() in by_name]
    specialties = tuple(dict.fromkeys(found)) or tuple(dict.fromkeys(word.strip().lower() for word in words))
    if any(_CARE_MANAGER.search(word) for word in words):
        return Trade(specialties, "care_manager")
    told = [roles[code] for code in specialties if code in roles]
    return Trade(specialties, "physician" if not told or "physician" in told else told[0])


def is_code(specialty: str) -> bool:
    """Whether it has the form of a NUCC code."""
    return bool(_CODE.match(specialty))
