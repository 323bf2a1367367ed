"""Where patients are seen, where providers start from, and the miles between."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.geography import miles_between
from data.snapshot import Snapshot
from solver.classes import fold

Int32 = npt.NDArray[np.int32]
Float = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Travel:
    """Distinct places of patients, bases of providers (degrees, NaN where not known).

    `place[i]` is patient i's position in `latitude` and `longitude`: the facility's place where the
    patient has one, else the home. `neutral` stands for a distance that is not known: the median miles of
    the pairs that stand today, so that a missing coordinate neither attracts nor repels; 0 where no pair
    of today has both places.
    """

    place: Int32
    latitude: Float
    longitude: Float
    base_latitude: Float
    base_longitude: Float
    neutral: float = 0.0

    def miles(self, patient: Int32, provider: Int32) -> Float:
        """Great-circle miles of every pair (rows of patients and of providers), NaN where not known."""
        return self.miles_from(self.place[patient], provider)

    def miles_from(self, place: Int32, provider: Int32) -> Float:
        """Great-circle miles from places (positions) to providers' bases, with broadcasting."""
        return miles_between(
            self.latitude[place],
            self.longitude[place],
            self.base_latitude[provider],
            self.base_longitude[provider],
        )

    def charged(self, patient: Int32, provider: Int32) -> Float:
        """Miles of every pair, `neutral` where not known."""
        miles = self.miles(patient, provider)
        return np.where(np.isnan(miles), self.neutral, miles)


def travel(snapshot: Snapshot, counted: npt.NDArray[np.bool_], owner: Int32) -> Travel:
    """Read all places; `neutral` is taken over the patients `counted` who have an `owner` (not -1)."""
    latitude, longitude = _places(snapshot)
    unknown = np.isnan(latitude) | np.isnan(longitude)
    shown = np.where(unknown, 999.0, latitude), np.where(unknown, 999.0, longitude)
    place, first = fold([shown[0].view(np.int64), shown[1].view(np.int64)])
    found = Travel(
        place,
        np.where(unknown, np.nan, latitude)[first],
        np.where(unknown, np.nan, longitude)[first],
        degrees(snapshot.providers, "latitude"),
        degrees(snapshot.providers, "longitude"),
    )
    standing = np.flatnonzero(counted & (owner >= 0)).astype(np.int32)
    miles = found.miles(standing, owner[standing])
    known = miles[~np.isnan(miles)]
    neutral = float(np.median(known)) if len(known) else 0.0
    return Travel(place, found.latitude, found.longitude, found.base_latitude, found.base_longitude, neutral)


def degrees(table: pa.Table, column: str) -> Float:
    """A column of coordinates, NaN where null."""
    return table[column].to_numpy(zero_copy_only=False).astype(np.float64)


def _places(snapshot: Snapshot) -> tuple[Float, Float]:
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])
    there = facility >= 0

    def place(column: str) -> Float:
        at_home = degrees(snapshot.patients, column)
        at_facility = np.append(degrees(snapshot.facilities, column), np.nan)[facility]
        return np.ascontiguousarray(np.where(there, at_facility, at_home))

    return place("latitude"), place("longitude")
