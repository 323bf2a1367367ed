"""Where places are: states, ZIP codes and coordinates, offline."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.intake.cells import truth
from data.intake.draft import Draft
from data.intake.issue import IssueLog, Severity

STATES: dict[str, str] = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "AS": "American Samoa",
    "FM": "Federated States of Micronesia",
    "GU": "Guam",
    "MH": "Marshall Islands",
    "MP": "Northern Mariana Islands",
    "PR": "Puerto Rico",
    "PW": "Palau",
    "VI": "Virgin Islands",
    "AA": "Armed Forces Americas",
    "AE": "Armed Forces Europe",
    "AP": "Armed Forces Pacific",
}
"""States, territories and military addresses of the United States Postal Service, by code."""

_ZIP = r"^[0-9]{5}(-?[0-9]{4})?$"


@dataclass(frozen=True)
class ZipCodes:
    """All ZIP codes in columns; coordinates are NaN where the list has none."""

    code: pa.Array
    state: pa.Array
    latitude: pa.Array
    longitude: pa.Array


@cache
def zip_codes() -> ZipCodes:
    """The list that ships with the package `zipcodes`, read once (about half a second)."""
    import zipcodes

    rows = zipcodes.list_all()  # type: ignore[no-untyped-call]
    latitude = np.array([float(each["lat"] or 0) for each in rows])
    longitude = np.array([float(each["long"] or 0) for each in rows])
    nowhere = (latitude == 0) & (longitude == 0)
    return ZipCodes(
        pa.array([each["zip_code"] for each in rows]),
        pa.array([each["state"] for each in rows]),
        pa.array(latitude, mask=nowhere),
        pa.array(longitude, mask=nowhere),
    )


def with_places(draft: Draft, log: IssueLog, severity: Severity = "error") -> Draft:
    """States as codes, ZIP codes as five digits, coordinates and states from the ZIP code where empty.

    `severity` is that of a text which is no state or no ZIP code; it is left out.
    """
    if "state" not in draft.table.column_names:
        return draft
    draft = _with_state_codes(draft, log, severity)
    if "zip" not in draft.table.column_names:
        return draft
    draft = _with_five_digits(draft, log, severity)
    _check_coordinates(draft, log)
    return _filled_from_zip(draft, log)


def _with_state_codes(draft: Draft, log: IssueLog, severity: Severity) -> Draft:
    state = draft.column("state")
    upper = pc.utf8_upper(state)
    codes = pa.array(list(STATES))
    by_name = pc.index_in(upper, value_set=pa.array([name.upper() for name in STATES.values()]))
    code = pc.if_else(
        pc.fill_null(pc.is_in(upper, value_set=codes), False),
        upper,
        codes.take(by_name),
    )
    draft.report(
        log,
        truth(state.is_valid()) & ~truth(code.is_valid()),
        "state",
        "{value} is not a state",
        "Write the two letters of the Postal Service, for example MA",
        column="state",
        severity=severity,
    )
    return draft.with_columns(state=code)


def _with_five_digits(draft: Draft, log: IssueLog, severity: Severity) -> Draft:
    code = draft.column("zip")
    fits = truth(pc.match_substring_regex(code, _ZIP))
    bad = truth(code.is_valid()) & ~fits
    cut = bad & truth(pc.match_substring_regex(code, r"^[0-9]{3,4}$|^[0-9]{7,8}$"))
    draft.report(
        log,
        cut,
        "zip",
        "{value} is not a ZIP code; the leading zero seems to be lost",
        "Format the column as text before saving, so that 01609 does not become 1609",
        column="zip",
        severity=severity,
    )
    draft.report(
        log,
        bad & ~cut,
        "zip",
        "{value} is not a ZIP code",
        "Write five digits (01609) or nine (01609-1234)",
        column="zip",
        severity=severity,
    )
    five = pc.utf8_slice_codeunits(pc.if_else(pa.array(fits), code, pa.scalar(None, pa.string())), 0, 5)
    return draft.with_columns(zip=five)


def _check_coordinates(draft: Draft, log: IssueLog) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        values = draft.column(name)
        draft.report(
            log,
            truth(pc.greater(pc.abs(values), most)),
            name,
            f"{{value}} is not between -{most} and {most}",
            "Write degrees with a decimal point, south and west negative",
            column=name,
        )
    given = {name: truth(draft.column(name).is_valid()) for name in ("latitude", "longitude")}
    for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
        draft.report(
            log,
            given[other] & ~given[name],
            "half_place",
            f"{other} is given without {name}",
            f"Give both, or leave both empty: then the place is that of the ZIP code ({name} is missing)",
            column=name,
            severity="warning",
        )


def _filled_from_zip(draft: Draft, log: IssueLog) -> Draft:
    state, code, latitude, longitude = (
        draft.column(name) for name in ("state", "zip", "latitude", "longitude")
    )
    nowhere = truth(pc.or_(pc.is_null(latitude), pc.is_null(longitude)))
    wanted = truth(code.is_valid()) & (nowhere | truth(pc.is_null(state)))
    if not wanted.any():
        return draft
    known = zip_codes()
    found = pc.index_in(code, value_set=known.code)
    by_zip = known.latitude.take(found)
    draft.report(
        log,
        nowhere & truth(code.is_valid()) & ~truth(by_zip.is_valid()),
        "unknown_zip",
        "ZIP code {value} is not in the list, so the place is unknown",
        "Correct the ZIP code, or give latitude and longitude",
        column="zip",
        severity="warning",
    )
    mask = pa.array(nowhere)
    return draft.with_columns(
        state=pc.coalesce(state, known.state.take(found)),
        latitude=pc.if_else(mask, by_zip, latitude),
        longitude=pc.if_else(mask, known.longitude.take(found), longitude),
    )


INHERITED = ("practice_id", "region", "state")
"""Columns of a patient that are the facility's where empty."""


def with_facility(patients: Draft, facilities: pa.Table) -> Draft:
    """Patients with practice, region and state of their facility where they have none of their own."""
    row = pc.index_in(patients.column("facility_id"), value_set=facilities["facility_id"].combine_chunks())
    own = {name: patients.column(name) for name in INHERITED}
    return patients.with_columns(
        **{
            name: pc.coalesce(values, facilities[name].combine_chunks().take(row))
            for name, values in own.items()
        },
    )
