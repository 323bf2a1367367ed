"""The facts that findings read: one table for each scope, made in bulk from a snapshot."""

from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.workflow.capacity import loads_of
from api.workflow.gaps import away, gap_codes
from api.workflow.stand_in import meets, without_license
from data.eligibility import Eligibility
from data.geography import miles_between
from data.snapshot import Snapshot
from data.standing import ORIGINS, Standing, at_work, population, rows_in_force
from rules.findings import schema_of

Bool = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Columns = dict[str, pa.Array | pa.ChunkedArray]

HORIZON_DAYS = 90
"""How far ahead departures count as gaps, as in `panelwise gaps`."""


def facts(
    snapshot: Snapshot, held: Standing, limits: Eligibility, scopes: Iterable[str]
) -> dict[str, pa.Table]:
    """Tables of facts of some scopes (columns as `rules.facts.SCOPES` declares them).

    `limits` need no arcs; `rules.evaluator.loads` is enough.
    """
    made = _Facts(snapshot, held, limits)
    return {scope: _shaped(scope, MADE[scope](made)) for scope in scopes}


class _Facts:
    """What several scopes need, computed once."""

    def __init__(self, snapshot: Snapshot, held: Standing, limits: Eligibility) -> None:
        self.snapshot, self.held, self.limits = snapshot, held, limits
        self.planned = population(self.snapshot, self.held.slot)
        self.working = at_work(self.snapshot)
        self.away = away(self.snapshot)
        counted = self.held.owner[self.planned & (self.held.owner >= 0)]
        self.panel = np.bincount(counted, minlength=len(self.working))

    def provider(self, rows: Rows) -> Columns:
        """The columns that all scopes about providers share."""
        providers = self.snapshot.providers
        return {
            "provider_id": taken(providers["provider_id"], rows),
            "provider_name": taken(providers["name"], rows),
            "at_work": pa.array(np.append(self.working, False)[rows]),
            "patients": pa.array(np.append(self.panel, 0)[rows]),
        }

    def rows(self, column: pa.ChunkedArray, table: str = "providers") -> Rows:
        """Rows of ids in a table."""
        return self.snapshot.positions(table, column)


def _patients(made: _Facts) -> Columns:
    chosen = np.flatnonzero(made.planned)
    snapshot, owner = made.snapshot, made.held.owner[chosen]
    patients, providers = snapshot.patients.take(pa.array(chosen)), snapshot.providers
    at = made.rows(patients["facility_id"], "facilities")
    gap = gap_codes(snapshot, made.held, HORIZON_DAYS)[chosen]
    places = [
        _floats(pc.coalesce(taken(snapshot.facilities[name], at), patients[name].combine_chunks()))
        for name in ("latitude", "longitude")
    ]
    bases = [_floats(taken(providers[name], owner)) for name in ("latitude", "longitude")]
    miles = np.round(miles_between(places[0], places[1], bases[0], bases[1]), 1)
    practice = pc.coalesce(
        patients["practice_id"].combine_chunks(), taken(snapshot.facilities["practice_id"], at)
    )
    return {
        **_same(patients, "patient_id", "name", "facility_id", "transition_until"),
        **_seen(made, chosen),
        "practice_id": practice,
        "agency_id": taken(snapshot["practices"]["agency_id"], made.rows(practice, "practices")),
        "provider_agency_id": taken(providers["agency_id"], owner),
        "acuity": pc.fill_null(patients["acuity"], 1),
        "provider_id": taken(providers["provider_id"], owner),
        "gap": pa.array(gap, pa.string()),
        "gap_on": pc.if_else(pa.array(gap != ""), taken(providers["ends_on"], owner), pa.scalar(None)),
        "miles": pa.array(miles, mask=np.isnan(miles)),
        "max_miles": taken(providers["max_miles"], owner),
        "from_facility": pa.array(made.held.origin[chosen] == ORIGINS.index("facility")),
    }


def _seen(made: _Facts, chosen: Ints) -> Columns:
    """Last visit before today and next one from today on, of some patients."""
    visits, count = made.snapshot["visits"], made.snapshot.patients.num_rows
    patient, day = made.rows(visits["patient_id"], "patients"), _days(visits["on"], 0)
    today = (made.snapshot.as_of - date(1970, 1, 1)).days
    past, ahead = (patient >= 0) & (day < today), (patient >= 0) & (day >= today)
    last, following = np.full(count, -LATE), np.full(count, LATE)
    np.maximum.at(last, patient[past], day[past])
    np.minimum.at(following, patient[ahead], day[ahead])
    return {
        "last_visit_on": _dates(last[chosen], last[chosen] == -LATE),
        "next_visit_on": _dates(following[chosen], following[chosen] == LATE),
    }


def _providers(made: _Facts) -> Columns:
    snapshot = made.snapshot
    providers, count = snapshot.providers, snapshot.providers.num_rows
    licenses, visits = snapshot["licenses"], _visits_ahead(made)
    valid = pc.fill_null(pc.greater(licenses["expires_on"], made.snapshot.as_of), True)
    defaults = _in_slot(made, rows_in_force(snapshot["assignments"], snapshot), "facility")
    members = pc.list_flatten(snapshot["groups"]["members"])
    return {
        **made.provider(np.arange(count, dtype=np.int32)),
        **_same(providers, "practice_id", "panel_status", "starts_on", "ends_on", "approved", "active"),
        "away": pa.array(made.away),
        "groups": _counted(made, members, count),
        "facilities": _counted(made, defaults["provider_id"], count),
        "visits": _counted(made, visits["provider_id"], count),
        "licenses": _counted(made, licenses.filter(valid)["provider_id"], count),
    }


def _loads(made: _Facts) -> Columns:
    loads = loads_of(made.snapshot, made.held, made.limits)
    names = ("limit_id", "title", "unit", "used", "target", "maximum")
    return {**made.provider(made.rows(loads["provider_id"])), **_same(loads, *names)}


def _owned(table: str, *names: str) -> Callable[[_Facts], Columns]:
    """Facts about the rows of a table of providers' rows."""

    def make(made: _Facts) -> Columns:
        rows = made.snapshot[table]
        return {**made.provider(made.rows(rows["provider_id"])), **_same(rows, *names)}

    return make


def _insurances(made: _Facts) -> Columns:
    plans = made.snapshot["insurances"]
    accepted = made.rows(made.snapshot["participations"]["insurance_id"], "insurances")
    return {
        **_same(plans, "insurance_id", "name", "reviewed_on"),
        "providers": pa.array(_bins(accepted, plans.num_rows)),
    }


def _facilities(made: _Facts) -> Columns:
    snapshot, facilities = made.snapshot, made.snapshot.facilities
    at = made.rows(snapshot.patients["facility_id"], "facilities")
    lost = made.planned & ~made.held.in_force
    defaults = _in_slot(made, rows_in_force(snapshot["assignments"], snapshot), "facility")
    default = np.full(facilities.num_rows, -1, np.int32)
    there = made.rows(defaults["facility_id"], "facilities")
    default[there[there >= 0]] = made.rows(defaults["provider_id"])[there >= 0]
    names = ("facility_id", "name", "type", "practice_id", "active", "opens_on", "closes_on")
    return {
        **_same(facilities, *names),
        "patients": pa.array(_bins(at[made.planned], facilities.num_rows)),
        "uncovered": pa.array(_bins(at[lost], facilities.num_rows)),
        "provider_id": taken(snapshot.providers["provider_id"], default),
    }


def _groups(made: _Facts) -> Columns:
    groups = made.snapshot["groups"]
    of = pc.list_parent_indices(groups["members"]).to_numpy()
    member = made.rows(pc.list_flatten(groups["members"]))
    working = np.append(made.working, False)[member]
    return {
        **_same(groups, "group_id", "name", "facility_id"),
        "members": pa.array(np.bincount(of, minlength=groups.num_rows)),
        "working": pa.array(np.bincount(of[working], minlength=groups.num_rows)),
    }


def _coverages(made: _Facts) -> Columns:
    snapshot = made.snapshot
    rows = _in_slot(made, snapshot["assignments"], "coverage")
    rows = rows.filter(pc.fill_null(pc.greater(rows["ends_on"], snapshot.as_of), True))
    stand_in = made.rows(rows["provider_id"])
    starts, ends = _days(rows["starts_on"], LATE), _days(rows["ends_on"], LATE)
    absences = snapshot["absences"]
    covered = made.rows(rows["covers_provider_id"])
    away = (
        made.rows(absences["provider_id"]),
        (
            _days(absences["starts_on"], LATE),
            _days(absences["ends_on"], LATE),
        ),
    )
    gone = _days(taken(snapshot.providers["ends_on"], covered), LATE) <= ends
    leaving = _days(taken(snapshot.providers["ends_on"], stand_in), LATE)
    active = np.append(_bools(pc.fill_null(snapshot.providers["active"], True)), False)
    names = ("covers_provider_id", "patient_id", "facility_id", "starts_on", "ends_on")
    return {
        **made.provider(stand_in),
        **_same(rows, *names),
        "away": pa.array(meets(stand_in, (starts, ends), *away)),
        "leaves": pa.array((leaving < ends) | ~active[stand_in]),
        "chained": pa.array(meets(stand_in, (starts, ends), covered, (starts, ends))),
        "too_short": pa.array((ends < LATE) & (gone | meets(covered, (ends, ends + 1), *away))),
        "unlicensed": without_license(snapshot, made.held, rows),
    }


def _absences(made: _Facts) -> Columns:
    snapshot = made.snapshot
    rows = snapshot["absences"]
    rows = rows.filter(pc.fill_null(pc.greater(rows["ends_on"], snapshot.as_of), True))
    away = made.rows(rows["provider_id"])
    cover = _in_slot(made, snapshot["assignments"], "coverage")
    cover = cover.filter(pc.and_(pc.is_null(cover["patient_id"]), pc.is_null(cover["facility_id"])))
    span = _days(rows["starts_on"], LATE), _days(rows["ends_on"], LATE)
    spans = _days(cover["starts_on"], LATE), _days(cover["ends_on"], LATE)
    covered = meets(away, span, made.rows(cover["covers_provider_id"]), spans, whole=True)
    return {
        **made.provider(away),
        **_same(rows, "starts_on", "ends_on", "reason"),
        "covered": pa.array(covered),
    }


def _assignments(made: _Facts) -> Columns:
    rows = rows_in_force(made.snapshot["assignments"], made.snapshot)
    rows = pa.concat_tables([_in_slot(made, rows, kind) for kind in ("patient", "facility")])
    names = ("kind", "patient_id", "facility_id", "provider_id", "starts_on", "ends_on")
    return {
        **_same(rows, *names, "review_on", "reason"),
        "temporary": pc.fill_null(rows["temporary"], False),
    }


def _visits(made: _Facts) -> Columns:
    snapshot, visits = made.snapshot, _visits_ahead(made)
    patient, provider = made.rows(visits["patient_id"], "patients"), made.rows(visits["provider_id"])
    ends = _days(taken(snapshot.providers["ends_on"], provider), LATE)
    active = np.append(_bools(pc.fill_null(snapshot.providers["active"], True)), False)
    owner = np.append(made.held.owner, -1)[patient]
    return {
        **_same(visits, "visit_id", "patient_id", "provider_id"),
        "day": visits["on"],
        "owner_id": taken(snapshot.providers["provider_id"], owner),
        "at_work": pa.array(active[provider] & (_days(visits["on"], 0) < ends)),
    }


MADE: dict[str, Callable[[_Facts], Columns]] = {
    "patient": _patients,
    "provider": _providers,
    "load": _loads,
    "license": _owned("licenses", "state", "type", "expires_on"),
    "credential": _owned("credentials", "credential", "expires_on"),
    "participation": _owned("participations", "insurance_id", "ends_on", "accepting_new"),
    "insurance": _insurances,
    "facility": _facilities,
    "group": _groups,
    "coverage": _coverages,
    "absence": _absences,
    "assignment": _assignments,
    "visit": _visits,
}
"""How the table of each scope is made."""

LATE = 10**6
"""Days since 1970 in place of an end that is open."""


def taken(column: pa.ChunkedArray, rows: Rows) -> pa.Array:
    """Values of rows, null for -1."""
    return column.combine_chunks().take(pa.array(rows, mask=rows < 0))


def _shaped(scope: str, columns: Columns) -> pa.Table:
    """The table in the scope's schema; what must be given is."""
    schema = schema_of(scope)
    return pa.table([_cast(columns[field.name], field.type) for field in schema], schema=schema)


def _cast(column: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.cast(kind)


def _same(table: pa.Table, *names: str) -> Columns:
    return {name: table[name] for name in names}


def _in_slot(made: _Facts, rows: pa.Table, kind: str) -> pa.Table:
    slot, chosen = made.held.slot, rows
    for name, value in (("kind", kind), ("level", slot.level), ("role", slot.role)):
        chosen = chosen.filter(pc.equal(chosen[name], value))
    return chosen


def _visits_ahead(made: _Facts) -> pa.Table:
    visits = made.snapshot["visits"]
    return visits.filter(pc.greater_equal(visits["on"], made.snapshot.as_of))


def _counted(made: _Facts, ids: pa.ChunkedArray, count: int) -> pa.Array:
    """How often each provider is among ids."""
    return pa.array(_bins(made.rows(ids), count))


def _bins(rows: Rows, count: int) -> Ints:
    return np.bincount(rows[rows >= 0], minlength=count)


def _dates(days: Ints, empty: Bool) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=empty).cast(pa.date32())


def _floats(column: pa.Array) -> npt.NDArray[np.float64]:
    values: npt.NDArray[np.float64] = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
    return values


def _bools(column: pa.ChunkedArray) -> Bool:
    values: Bool = column.to_numpy(zero_copy_only=False).astype(np.bool_)
    return values


def _days(column: pa.Array | pa.ChunkedArray, empty: int) -> Ints:
    """Dates as days since 1970."""
    days = pc.fill_null(column.cast(pa.int32()), empty).to_numpy()
    return np.asarray(days, np.int64)
