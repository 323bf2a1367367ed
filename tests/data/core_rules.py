"""The core rules and the four limits once more, as pandas joins, to judge generated assignments by.

Written from the rules' descriptions alone: nothing of `data.synthetic`, `rules` or `solver` is used.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.snapshot import Snapshot

WORKING_DAYS_A_MONTH = 21
WEEKS_A_MONTH = 52 / 12


def pairs_frame(snapshot: Snapshot, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a pair (patient_id, provider_id) with what both sides, and the place of care, say."""
    patients = snapshot.patients.to_pandas().set_index("patient_id").add_prefix("patient_")
    providers = snapshot.providers.to_pandas().set_index("provider_id").add_prefix("provider_")
    facilities = snapshot.facilities.to_pandas().set_index("facility_id").add_prefix("facility_")
    frame = pairs[["patient_id", "provider_id"]].reset_index(drop=True)
    frame = frame.join(patients, on="patient_id").join(providers, on="provider_id")
    frame = frame.rename(columns={"patient_facility_id": "facility_id"}).join(facilities, on="facility_id")
    at_facility = frame["facility_id"].notna()
    for part in ("state", "region", "latitude", "longitude"):
        frame[f"place_{part}"] = frame[f"facility_{part}"].where(at_facility, frame[f"patient_{part}"])
    frame["miles"] = great_circle_miles(
        frame["place_latitude"],
        frame["place_longitude"],
        frame["provider_latitude"],
        frame["provider_longitude"],
    )
    return frame


def great_circle_miles(latitude, longitude, other_latitude, other_longitude) -> np.ndarray:
    """Spherical law of cosines (the product uses the haversine)."""
    a, b, c, d = (
        np.radians(np.asarray(each, dtype=float))
        for each in (latitude, longitude, other_latitude, other_longitude)
    )
    cosine = np.sin(a) * np.sin(c) + np.cos(a) * np.cos(c) * np.cos(b - d)
    return 3958.7613 * np.arccos(np.clip(cosine, -1.0, 1.0))


def _held(wanted: pd.DataFrame, rows: pd.DataFrame, on: list[str]):
    """Whether `rows` has each row of `wanted`, grouped by its column `pair` (ask for all() or any())."""
    found = wanted.merge(rows[on].drop_duplicates(), how="left", on=on, indicator=True)
    found["held"] = found["_merge"] == "both"
    return found.groupby("pair")["held"]


def _exploded(frame: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    wanted = frame[["provider_id", column]].explode(column).dropna()
    return wanted.rename(columns={column: name}).rename_axis("pair").reset_index()


def broken_rules(
    snapshot: Snapshot,
    pairs: pd.DataFrame,
    on: date,
    standing: pd.Series | None = None,
    role: str = "physician",
) -> pd.DataFrame:
    """A column of booleans for every rule: True where the pair breaks it on that day.

    `standing` (indexed by patient_id): the provider of today; those pairs may go on with a closed panel.
    """
    frame = pairs_frame(snapshot, pairs)
    day = pd.Timestamp(on)
    broken = pd.DataFrame(index=frame.index)
    broken["active"] = ~(frame["provider_active"] & frame["provider_approved"])
    starts, ends = (pd.to_datetime(frame[f"provider_{end}_on"]) for end in ("starts", "ends"))
    broken["employed"] = (starts > day) | (ends <= day)
    broken["absent"] = frame["provider_id"].isin(_absent(snapshot, day))
    stays = (
        np.zeros(len(frame), dtype=bool)
        if standing is None
        else (frame["patient_id"].map(standing) == frame["provider_id"]).to_numpy()
    )
    broken["panel"] = (frame["provider_panel_status"] != "new") & ~stays
    broken["role"] = ~frame["provider_roles"].map(lambda roles: role in roles)
    broken["license"] = _unlicensed(snapshot, frame, day)
    broken["credentials"] = _uncredentialed(snapshot, frame, day)
    regions = [
        len(r) > 0 and place not in r
        for r, place in zip(frame["provider_regions"], frame["place_region"], strict=True)
    ]
    broken["region"] = regions
    broken["distance"] = (frame["miles"] > frame["provider_max_miles"]).to_numpy()
    broken["insurance"] = _uninsured(snapshot, frame, day, stays)
    broken["needs"] = [
        not set(needs) <= set(offered)
        for needs, offered in zip(frame["patient_needs"], frame["provider_specialties"], strict=True)
    ]
    return broken


def _absent(snapshot: Snapshot, day: pd.Timestamp) -> set[str]:
    away = snapshot["absences"].to_pandas()
    starts, ends = pd.to_datetime(away["starts_on"]), pd.to_datetime(away["ends_on"])
    return set(away["provider_id"][(starts <= day) & (ends.isna() | (ends > day))])


def _unlicensed(snapshot: Snapshot, frame: pd.DataFrame, day: pd.Timestamp) -> np.ndarray:
    licenses = snapshot["licenses"].to_pandas()
    expires = pd.to_datetime(licenses["expires_on"])
    valid = licenses[expires.isna() | (expires > day)]
    wanted = frame[["provider_id"]].assign(state=frame["place_state"], pair=frame.index)
    return ~_held(wanted, valid, ["provider_id", "state"]).any().reindex(frame.index).to_numpy()


def _uncredentialed(snapshot: Snapshot, frame: pd.DataFrame, day: pd.Timestamp) -> np.ndarray:
    held = snapshot["credentials"].to_pandas()
    expires = pd.to_datetime(held["expires_on"])
    wanted = _exploded(frame, "facility_required_credentials", "credential")
    has_all = _held(wanted, held[expires.isna() | (expires > day)], ["provider_id", "credential"]).all()
    return ~has_all.reindex(frame.index, fill_value=True).to_numpy()


def _uninsured(snapshot: Snapshot, frame: pd.DataFrame, day: pd.Timestamp, stays: np.ndarray) -> np.ndarray:
    rows = snapshot["participations"].to_pandas()
    starts, ends = pd.to_datetime(rows["starts_on"]), pd.to_datetime(rows["ends_on"])
    rows = rows[(starts.isna() | (starts <= day)) & (ends.isna() | (ends > day))]
    wanted = _exploded(frame, "patient_insurances", "insurance_id")
    key = ["provider_id", "insurance_id"]
    anew = _held(wanted, rows[rows["accepting_new"]], key).any()
    goes_on = _held(wanted, rows, key).any()
    index = frame.index
    return ~np.where(stays, goes_on.reindex(index, fill_value=True), anew.reindex(index, fill_value=True))


def use_of_limits(snapshot: Snapshot, pairs: pd.DataFrame) -> pd.DataFrame:
    """By provider: panel, visits, hours and facilities in use, and the four maxima beside them."""
    frame = pairs_frame(snapshot, pairs)
    road_minutes = frame["miles"] * 1.417 / 30 * 60
    visits = frame["patient_visits_per_month"]
    frame["panel"] = frame["patient_panel_weight"]
    frame["visits"] = visits / WORKING_DAYS_A_MONTH
    frame["hours"] = visits / WEEKS_A_MONTH * (frame["patient_minutes_per_visit"] + road_minutes) / 60
    grouped = frame.groupby("provider_id")
    use = grouped[["panel", "visits", "hours"]].sum()
    use["facilities"] = grouped["facility_id"].nunique()
    maxima = snapshot.providers.to_pandas().set_index("provider_id")
    columns = ["max_panel", "max_daily_visits", "max_weekly_hours", "max_facilities"]
    return use.reindex(maxima.index, fill_value=0.0).join(maxima[[*columns, "roles"]])


def standing_physicians(snapshot: Snapshot) -> pd.Series:
    """Provider of today by patient_id: the patient's own row, else the facility's default; None: nobody."""
    rows = snapshot["assignments"].to_pandas()
    day = pd.Timestamp(snapshot.as_of)
    starts, ends = pd.to_datetime(rows["starts_on"]), pd.to_datetime(rows["ends_on"])
    now = rows[(starts <= day) & (ends.isna() | (ends > day))]
    now = now[(now["level"] == "primary") & (now["role"] == "physician")]
    own = now[now["kind"] == "patient"].set_index("patient_id")["provider_id"]
    default = now[now["kind"] == "facility"].set_index("facility_id")["provider_id"]
    patients = snapshot.patients.to_pandas().set_index("patient_id")
    standing = patients.index.to_series().map(own)
    return standing.fillna(patients["facility_id"].map(default))


def days_after(start: date, days: int) -> date:
    """The day so many days later."""
    return start + timedelta(days=days)
