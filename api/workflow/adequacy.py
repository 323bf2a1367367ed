"""Network adequacy of what is in the store: counties are taken from ZIP codes."""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.errors import RequestError
from api.workflow.decide import Rulebook
from data.snapshot import Snapshot
from rules.adequacy import Bool, Network
from rules.adequacy import adequacy as report
from rules.adequacy_standard import StandardSpec
from rules.packs.figures import adequacy_figures

_ENDINGS = re.compile(r"( county| parish| city and borough| borough| census area| municipality| municipio)$")

_BEGINNINGS = re.compile(r"^(city and borough of|municipality of) ")


STANDARD = "cms-ma-network-adequacy"
"""The standard that is meant where none is named."""


def adequacy(
    snapshot: Snapshot, rulebook: Rulebook, insurance: str = "", standard: str = STANDARD
) -> tuple[pa.Table, int]:
    """The report (columns `rules.adequacy.REPORT`), and how many active patients have no known county.

    With `insurance` only providers who take part in that plan count, and facilities are left out, since the
    data do not say which plans they have a contract with. RequestError where plan or standard do not exist.
    """
    figures = adequacy_figures()
    spec = _standard(rulebook, standard)
    known = {
        (row["state"], county_name(row["county"])): row["ssa_code"] for row in figures["counties"].to_pylist()
    }
    counties = {code: known.get(each) for code, each in _counties().items()}
    zips = snapshot.patients["zip"].combine_chunks().dictionary_encode()
    codes = pa.array([counties.get(each) for each in zips.dictionary.to_pylist()], pa.string())
    county_of = codes.take(zips.indices)
    active = pc.fill_null(snapshot.patients["active"], True).combine_chunks()
    unknown = pc.sum(pc.and_(active, pc.is_null(county_of))).as_py() or 0
    network = Network(_in_network(snapshot, insurance), looks_at_facilities=not insurance)
    return report(snapshot, county_of, figures, spec, network), unknown


def _standard(rulebook: Rulebook, name: str) -> StandardSpec:
    standards = {each.document.metadata.name: each.document.spec for each in rulebook.documents.standards}
    if name not in standards:
        known = ", ".join(sorted(standards)) or "none"
        raise RequestError((f"no adequacy standard {name!r} is in force; there are: {known}",))
    return standards[name]


def county_name(name: str) -> str:
    """A county's name without case, blanks, punctuation and what kind of county it is."""
    plain = _BEGINNINGS.sub("", re.sub(r"[.'`]|\(.*\)", "", name.lower()).replace("saint ", "st ").strip())
    return _ENDINGS.sub("", plain).replace(" ", "")


@lru_cache(maxsize=1)
def _counties() -> dict[str, tuple[str, str]]:
    """State and county of every ZIP code, from the package `zipcodes` (offline)."""
    import zipcodes

    rows = zipcodes.list_all()  # type: ignore[no-untyped-call]
    return {row["zip_code"]: (row["state"], county_name(row["county"] or "")) for row in rows}


def _in_network(snapshot: Snapshot, insurance: str) -> Bool | None:
    if not insurance:
        return None
    if snapshot.position("insurances", insurance) < 0:
        raise RequestError((f"no insurance {insurance!r}",))
    rows = snapshot["participations"]
    day = snapshot.as_of
    held = pc.and_(
        pc.fill_null(pc.less_equal(rows["starts_on"], day), True),
        pc.fill_null(pc.greater(rows["ends_on"], day), True),
    )
    theirs = rows.filter(pc.and_(pc.equal(rows["insurance_id"], insurance), held))
    network = np.zeros(snapshot.providers.num_rows, np.bool_)
    network[snapshot.positions("providers", theirs["provider_id"])] = True
    return network
