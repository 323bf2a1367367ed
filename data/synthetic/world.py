"""Everything that was drawn, before it becomes tables."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.synthetic.candidates import Candidates
from data.synthetic.metros import Metros
from data.synthetic.patients import Patients
from data.synthetic.places import Places
from data.synthetic.providers import Providers
from data.synthetic.today import Today

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Practices:
    """Practices and their agencies: `agency[k]`, `metro[k]` of practice k; who belongs where."""

    agencies: int
    metro: Ints
    agency: Ints
    of_place: Ints
    of_provider: Ints


@dataclass(frozen=True)
class World:
    """A drawn population as of day `today_is` (days since 1970).

    `maximum[limit, p]` are the capacities (limits as in `capacity`), `new_patients[p]` the most new
    patients in one plan (-1: no such limit).
    """

    today_is: int
    metros: Metros
    places: Places
    providers: Providers
    accepted: npt.NDArray[np.bool_]
    patients: Patients
    candidates: Candidates
    planted: Ints
    today: Today
    maximum: npt.NDArray[np.float64]
    new_patients: Ints
    practices: Practices
    provider_ids: pa.Array
    patient_ids: pa.Array
    facility_ids: pa.Array
    practice_ids: pa.Array
    agency_ids: pa.Array

    @property
    def order(self) -> Ints:
        """Positions of the patients in the order of their ids."""
        return np.argsort(self.patients.person, kind="stable")


def draw_practices(
    patients: int, metros: Metros, places: Places, providers: Providers, rng: np.random.Generator
) -> Practices:
    """About one practice for 5,000 patients, never fewer than two a metro; four or so to an agency."""
    each = np.maximum(2, np.round(metros.share * patients / 5000).astype(np.int64))
    metro = np.repeat(np.arange(metros.count), each)
    agencies = max(2, len(metro) // 4)
    start = np.cumsum(each) - each

    def member(of: Ints) -> Ints:
        return start[of] + (rng.random(len(of)) * each[of]).astype(np.int64)

    agency = np.sort(rng.integers(0, agencies, len(metro)))
    return Practices(agencies, metro, agency, member(places.metro), member(providers.metro))
