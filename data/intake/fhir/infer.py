"""What an export does not say and planning needs: inferred, and each inference noted once with its count.

| table or column | inferred from |
|---|---|
| visits_per_month, minutes_per_visit | a patient's visits of the last 24 months (no emergencies, no stays) |
| assignments | general practitioner; else the latest care team; else who saw the patient most in 24 months |
| tenure_months | the start of that assignment |
| practice_id of a patient | the practice of the assigned physician, where the export names none |
| participations | a provider accepts what the patients carry whom the provider has or saw in 24 months |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.intake.cells import truth
from data.intake.draft import Draft, Mask, RawTable
from data.intake.fhir.export import Resources
from data.intake.issue import IssueLog
from data.intake.typed import typed

MONTHS = 24
"""Months of history that count, as in the four-cut method of attribution."""

ROLES = ("physician", "care_manager")
"""Roles in which somebody can be responsible for a patient."""

_SOURCES = ("general practitioner in the export", "care team in the export", "most visits in 24 months")


@dataclass(frozen=True)
class History:
    """The encounters that count, as rows of patients and providers.

    `visits` has columns patient, provider, on (days since 1970), minutes; all visits up to the day of
    reading, and `recent` those of the last 24 months.
    """

    visits: pd.DataFrame
    recent: pd.DataFrame


def infer(
    export: Mapping[str, Resources], drafts: Mapping[str, Draft], given: set[str], as_of: date, log: IssueLog
) -> dict[str, Draft]:
    """The drafts with what can be inferred; tables in `given` come from an overlay and are left alone."""
    result = dict(drafts)
    if "patients" not in result or "providers" not in result:
        return result
    history = _history(export, result, as_of)
    if len(export["Encounter"]):
        told = truth(
            pc.is_in(result["patients"].column("patient_id"), value_set=export["Patient"].column("id"))
        )
        result["patients"] = _with_visit_load(result["patients"], told, history, log)
    owners = _attributed(export, result, history, as_of)
    if "assignments" not in given and len(owners):
        result["assignments"] = _assignments(result, owners, log)
        result["patients"] = _with_tenure_and_practice(result, owners, as_of, log)
    if "participations" not in given and "insurances" in result:
        result |= _participations(result, owners, history, log)
    return result


def _history(export: Mapping[str, Resources], drafts: Mapping[str, Draft], as_of: date) -> History:
    encounters = export["Encounter"]
    frame = pd.DataFrame(
        {
            "patient": _rows(encounters.column("patient"), drafts["patients"], "patient_id"),
            "provider": _rows(encounters.column("practitioner"), drafts["providers"], "provider_id"),
            "on": _days(encounters.column("on")),
            "minutes": encounters.column("minutes").to_numpy(zero_copy_only=False),
        }
    )
    counts = truth(pc.equal(encounters.column("visit"), "true"))
    until = _day(as_of)
    visits = frame[counts & (frame["patient"] >= 0) & (frame["on"] <= until)]
    return History(visits, visits[visits["on"] > _day(_months_before(as_of, MONTHS))])


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _days(dates: pa.Array) -> npt.NDArray[np.int64]:
    """Days since 1970 of ISO dates; a day before all others where there is none."""
    days = pd.to_datetime(pd.Series(dates.to_pandas()), format="%Y-%m-%d", errors="coerce")
    numbers = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.where(days.isna().to_numpy(), np.iinfo(np.int32).min, numbers)


def _rows(ids: pa.Array, draft: Draft, key: str) -> npt.NDArray[np.int64]:
    """Row in `draft` of every id, -1 where there is none."""
    return pc.fill_null(pc.index_in(ids, value_set=draft.column(key)), -1).to_numpy().astype(np.int64)


def _with_visit_load(patients: Draft, told: Mask, history: History, log: IssueLog) -> Draft:
    """Load of the patients whom the export tells of; of the others nothing is known."""
    recent = history.recent
    count = np.bincount(recent["patient"], minlength=len(patients))
    timed = recent[recent["minutes"].notna()]
    total = np.bincount(timed["patient"], weights=timed["minutes"], minlength=len(patients))
    number = np.bincount(timed["patient"], minlength=len(patients))
    minutes = patients.column("minutes_per_visit").to_numpy(zero_copy_only=False)
    mean = np.where(number > 0, total / np.maximum(number, 1), minutes)
    log.note(
        "Encounter.ndjson",
        "inferred_visit_load",
        len(recent),
        f"visits of the last {MONTHS} months give the visits a month of {int((count > 0).sum()):,} patients; "
        f"the length is known of {len(timed):,}",
        "Give visits_per_month and minutes_per_visit in patients.csv where you know better",
    )
    before = patients.column("visits_per_month").to_numpy(zero_copy_only=False)
    monthly = np.where(told | (count > 0), count / MONTHS, before)
    return patients.with_columns(visits_per_month=pa.array(monthly), minutes_per_visit=pa.array(mean))


def _attributed(
    export: Mapping[str, Resources], drafts: Mapping[str, Draft], history: History, as_of: date
) -> pd.DataFrame:
    """One provider for each active patient and role: columns patient, provider, role, since, source."""
    candidates = pd.concat(
        [
            _general_practitioners(export, drafts),
            _care_teams(export, drafts, as_of),
            _most_seen(history),
        ]
    )
    roles = np.array([_role(roles) for roles in drafts["providers"].column("roles").to_pylist()], object)
    candidates["role"] = roles[candidates["provider"]]
    active = truth(drafts["patients"].column("active"))
    candidates = candidates[active[candidates["patient"]] & (candidates["role"] != "")]
    # Merit says who is preferred inside one source; the rows of drafts settle what is left equal.
    ranked = candidates.sort_values(
        ["patient", "source", "merit", "provider"], ascending=[True, True, False, True]
    )
    owners = ranked.drop_duplicates(["patient", "role"]).reset_index(drop=True)
    first = history.visits.groupby(["patient", "provider"])["on"].min().rename("first")
    owners = owners.join(first, on=["patient", "provider"])
    owners["since"] = owners["since"].fillna(owners["first"]).fillna(_day(as_of)).astype(np.int64)
    return owners


def _role(roles: list[str]) -> str:
    return next((role for role in ROLES if role in roles), "")


def _general_practitioners(export: Mapping[str, Resources], drafts: Mapping[str, Draft]) -> pd.DataFrame:
    lists = export["Patient"].column("practitioners")
    owner = pc.list_parent_indices(lists)
    patients = _rows(export["Patient"].column("id"), drafts["patients"], "patient_id")
    frame = pd.DataFrame(
        {
            "patient": patients[owner.to_numpy()],
            "provider": _rows(pc.list_flatten(lists), drafts["providers"], "provider_id"),
            "since": np.nan,
            "merit": -np.arange(len(owner), dtype=float),
            "source": 0,
        }
    )
    return frame[(frame["patient"] >= 0) & (frame["provider"] >= 0)]


def _care_teams(export: Mapping[str, Resources], drafts: Mapping[str, Draft], as_of: date) -> pd.DataFrame:
    """Members of the teams in force; the team that started last is preferred."""
    teams = export["CareTeam"]
    starts = _days(teams.column("starts_on"))
    day = as_of.isoformat()
    in_force = truth(pc.greater_equal(pc.coalesce(teams.column("ends_on"), "9999"), day))
    frame = pd.DataFrame(
        {
            "patient": _rows(teams.column("patient"), drafts["patients"], "patient_id"),
            "provider": _rows(teams.column("practitioner"), drafts["providers"], "provider_id"),
            "since": np.where(starts == np.iinfo(np.int32).min, np.nan, starts),
            "merit": starts.astype(float),
            "source": 1,
        }
    )
    frame = frame[in_force & (starts <= _day(as_of))]
    return frame[(frame["patient"] >= 0) & (frame["provider"] >= 0)]


def _most_seen(history: History) -> pd.DataFrame:
    """Who saw each patient in the last 24 months; most often first, then most recently."""
    seen = history.recent[history.recent["provider"] >= 0]
    frame = seen.groupby(["patient", "provider"])["on"].agg(["size", "max"]).reset_index()
    # Days fit below one million, so the count goes before the last day.
    frame["merit"] = frame["size"] * 1e6 + frame["max"]
    return frame[["patient", "provider", "merit"]].assign(since=np.nan, source=2)


def _assignments(drafts: Mapping[str, Draft], owners: pd.DataFrame, log: IssueLog) -> Draft:
    counts = owners["source"].value_counts()
    told = ", ".join(f"{int(counts.get(each, 0)):,} by {name}" for each, name in enumerate(_SOURCES))
    log.note(
        "Patient.ndjson",
        "inferred_assignments",
        len(owners),
        f"assignments are taken from the history ({told})",
        "Give assignments.csv where you know who is responsible",
    )
    days = pa.array(owners["since"].to_numpy().astype(np.int32)).cast(pa.date32())
    columns = {
        "kind": pa.array(["patient"] * len(owners)),
        "patient_id": drafts["patients"].column("patient_id").take(pa.array(owners["patient"])),
        "provider_id": drafts["providers"].column("provider_id").take(pa.array(owners["provider"])),
        "role": pa.array(list(owners["role"]), pa.string()),
        "starts_on": days,
        "reason": pa.array([_SOURCES[each] for each in owners["source"]], pa.string()),
    }
    origin = drafts["patients"].origin.take(owners["patient"].to_numpy())
    return typed(TABLES["assignments"], RawTable(columns, origin), log)


def _with_tenure_and_practice(
    drafts: Mapping[str, Draft], owners: pd.DataFrame, as_of: date, log: IssueLog
) -> Draft:
    patients, providers = drafts["patients"], drafts["providers"]
    main = owners.drop_duplicates("patient")
    provider = np.full(len(patients), -1, np.int64)
    provider[main["patient"]] = main["provider"]
    months = patients.column("tenure_months").to_numpy().copy()
    months[main["patient"]] = np.maximum(0, (_day(as_of) - main["since"]) * 12 // 365.2425)
    practice = providers.column("practice_id").take(pa.array(provider, mask=provider < 0))
    own = patients.column("practice_id")
    filled = truth(pc.and_(pc.is_null(own), pc.is_valid(practice)))
    log.note(
        "Patient.ndjson",
        "inferred_practice",
        int(filled.sum()),
        "patients belong to the practice of their provider, since the export names none",
        "Give practice_id in patients.csv where it is another",
    )
    return patients.with_columns(tenure_months=pa.array(months), practice_id=pc.coalesce(own, practice))


def _participations(
    drafts: Mapping[str, Draft], owners: pd.DataFrame, history: History, log: IssueLog
) -> dict[str, Draft]:
    patients, providers = drafts["patients"], drafts["providers"]
    pairs = pd.concat([owners[["patient", "provider"]], history.recent[["patient", "provider"]]])
    pairs = pairs[pairs["provider"] >= 0].drop_duplicates()
    carried = patients.column("insurances")
    insurances = pd.DataFrame(
        {
            "patient": pc.list_parent_indices(carried).to_numpy(),
            "insurance": _rows(pc.list_flatten(carried), drafts["insurances"], "insurance_id"),
        }
    )
    accepted = pairs.merge(insurances, on="patient")[["provider", "insurance"]].drop_duplicates()
    accepted = accepted[accepted["insurance"] >= 0].sort_values(["provider", "insurance"])
    if not len(accepted):
        return {}
    log.note(
        "Coverage.ndjson",
        "inferred_participations",
        len(accepted),
        f"pairs of provider and insurance are inferred from the patients of the last {MONTHS} months",
        "Give participations.csv with the contracts",
    )
    rows = accepted["provider"].to_numpy()
    columns = {
        "provider_id": providers.column("provider_id").take(pa.array(rows)),
        "insurance_id": drafts["insurances"].column("insurance_id").take(pa.array(accepted["insurance"])),
    }
    raw = RawTable(columns, providers.origin.take(rows))
    return {"participations": typed(TABLES["participations"], raw, log)}
