"""Which states touch which, and a connected set of them."""

import numpy as np

BORDERS: dict[str, str] = {
    "AL": "FL GA MS TN",
    "AR": "LA MO MS OK TN TX",
    "AZ": "CA CO NM NV UT",
    "CA": "AZ NV OR",
    "CO": "AZ KS NE NM OK UT WY",
    "CT": "MA NY RI",
    "DE": "MD NJ PA",
    "FL": "AL GA",
    "GA": "AL FL NC SC TN",
    "IA": "IL MN MO NE SD WI",
    "ID": "MT NV OR UT WA WY",
    "IL": "IA IN KY MO WI",
    "IN": "IL KY MI OH",
    "KS": "CO MO NE OK",
    "KY": "IL IN MO OH TN VA WV",
    "LA": "AR MS TX",
    "MA": "CT NH NY RI VT",
    "MD": "DE PA VA WV",
    "ME": "NH",
    "MI": "IN OH WI",
    "MN": "IA ND SD WI",
    "MO": "AR IA IL KS KY NE OK TN",
    "MS": "AL AR LA TN",
    "MT": "ID ND SD WY",
    "NC": "GA SC TN VA",
    "ND": "MN MT SD",
    "NE": "CO IA KS MO SD WY",
    "NH": "MA ME VT",
    "NJ": "DE NY PA",
    "NM": "AZ CO OK TX UT",
    "NV": "AZ CA ID OR UT",
    "NY": "CT MA NJ PA VT",
    "OH": "IN KY MI PA WV",
    "OK": "AR CO KS MO NM TX",
    "OR": "CA ID NV WA",
    "PA": "DE MD NJ NY OH WV",
    "RI": "CT MA",
    "SC": "GA NC",
    "SD": "IA MN MT ND NE WY",
    "TN": "AL AR GA KY MO MS NC VA",
    "TX": "AR LA NM OK",
    "UT": "AZ CO ID NM NV WY",
    "VA": "KY MD NC TN WV",
    "VT": "MA NH NY",
    "WA": "ID OR",
    "WI": "IA IL MI MN",
    "WV": "KY MD OH PA VA",
    "WY": "CO ID MT NE SD UT",
}
"""Land borders of the 48 contiguous states."""


def connected_states(count: int, weight: dict[str, int], rng: np.random.Generator) -> list[str]:
    """`count` states, each touching an earlier one, drawn in proportion to `weight`; sorted."""
    chosen: list[str] = []
    reachable = sorted(BORDERS)
    while reachable and len(chosen) < count:
        share = np.array([weight.get(state, 0) for state in reachable], dtype=np.float64)
        chosen.append(str(rng.choice(reachable, p=share / share.sum())))
        touching = {other for state in chosen for other in BORDERS[state].split()}
        reachable = sorted(touching - set(chosen))
    return sorted(chosen)
