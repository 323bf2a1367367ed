"""ZIP codes of the contiguous states as arrays: places of people, since their number is not known."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from data.synthetic.states import BORDERS

COUNTY_WORDS = (" County", " Parish", " city", " City and Borough", " Borough", " Census Area")


@dataclass(frozen=True)
class Zips:
    """STANDARD ZIP codes with a county, sorted by code; arrays are parallel.

    `region` is a position in `regions` (`MA-Worcester`, one for each county), `peers` the number of ZIP
    codes in the same county, which stands in for its population.
    """

    code: npt.NDArray[np.str_]
    city: npt.NDArray[np.str_]
    state: npt.NDArray[np.str_]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    region: npt.NDArray[np.int64]
    peers: npt.NDArray[np.int64]
    regions: tuple[str, ...]

    def within(self, states: list[str]) -> "Zips":
        """Only the ZIP codes of `states`, with regions renumbered."""
        keep = np.isin(self.state, states)
        used, region = np.unique(self.region[keep], return_inverse=True)
        return Zips(
            self.code[keep],
            self.city[keep],
            self.state[keep],
            self.latitude[keep],
            self.longitude[keep],
            region,
            self.peers[keep],
            tuple(self.regions[each] for each in used),
        )


def _region(state: str, county: str) -> str:
    for word in COUNTY_WORDS:
        county = county.removesuffix(word)
    return f"{state}-{county}"


@cache
def standard_zips() -> Zips:
    """All of them, read once from the package `zipcodes` (offline)."""
    import zipcodes

    rows = {
        row["zip_code"]: row
        for row in zipcodes.list_all()  # type: ignore[no-untyped-call]
        if row["zip_code_type"] == "STANDARD" and row["active"] and row["county"] and row["state"] in BORDERS
    }
    ordered = [rows[code] for code in sorted(rows)]
    names = [_region(row["state"], row["county"]) for row in ordered]
    regions, region, peers = np.unique(names, return_inverse=True, return_counts=True)
    return Zips(
        np.array([row["zip_code"] for row in ordered]),
        np.array([row["city"] for row in ordered]),
        np.array([row["state"] for row in ordered]),
        np.array([float(row["lat"]) for row in ordered]),
        np.array([float(row["long"]) for row in ordered]),
        region,
        peers[region],
        tuple(str(name) for name in regions),
    )
