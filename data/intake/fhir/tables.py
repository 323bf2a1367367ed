"""From resources to the tables of panelwise: what the export says, nothing inferred."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.intake.cells import trimmed, truth
from data.intake.draft import Draft, Int64, Mask, RawTable
from data.intake.fhir.export import Resources
from data.intake.fhir.reference import resolved
from data.intake.issue import IssueLog
from data.intake.specialty import Trade, is_code, trade
from data.intake.typed import typed

Export = Mapping[str, Resources]

_PLACE = ("city", "state", "zip", "latitude", "longitude")

FACILITY_TYPES = {
    "SNF": "snf",
    "NCCF": "snf",
    "HOSP": "hospital",
    "RH": "rehabilitation",
    "RTF": "rehabilitation",
    "HOSPICE": "hospice",
    "PTRES": "home",
}
"""Our facility types by code of v3-ServiceDeliveryLocationRoleType; any other is a clinic."""

_FACILITY_WORDS = (
    ("nursing", "snf"),
    ("assisted living", "assisted_living"),
    ("rehab", "rehabilitation"),
    ("hospice", "hospice"),
    ("hospital", "hospital"),
)

_INSIDE = ("wi", "wa", "lvl", "co", "ro", "bd", "ve", "ca", "rd", "area")
"""Physical types of locations that are parts of a site, or no place at all."""


def said(export: Export, as_of: date, log: IssueLog) -> dict[str, Draft]:
    """Tables that the resources give directly; those without any row are left out."""
    drafts = {
        "agencies": _agencies(export, log),
        "practices": _practices(export, log),
        "insurances": _insurances(export, log),
        "facilities": _facilities(export, log),
        "providers": _providers(export, log),
        "patients": _patients(export, as_of, log),
        "visits": _visits(export, as_of, log),
    }
    return {name: draft for name, draft in drafts.items() if len(draft)}


def draft_of(
    name: str, resources: Resources, rows: Int64, columns: Mapping[str, pa.Array], log: IssueLog
) -> Draft:
    """Rows `rows` of the resources as the table `name`; `columns` run parallel to all resources."""
    taken = {column: values.take(pa.array(rows)) for column, values in columns.items()}
    taken |= {name: trimmed(values) for name, values in taken.items() if pa.types.is_string(values.type)}
    return typed(TABLES[name], RawTable(taken, resources.origin.take(rows)), log)


def _named(resources: Resources) -> pa.Array:
    """Names, the id where there is none."""
    return pc.coalesce(resources.column("name"), resources.column("id"))


def _providers_of_care(export: Export) -> Mask:
    organizations = export["Organization"]
    payors = export["Coverage"].column("payor")
    pays = truth(pc.is_in(organizations.column("id"), value_set=resolved_payors(export, payors)))
    return truth(pc.equal(organizations.column("kind"), "provider")) & ~pays


def _practices_among(export: Export, references: pa.Array) -> pa.Array:
    """The references that mean a practice; null for the others."""
    practices = export["Organization"].column("id").filter(pa.array(_providers_of_care(export)))
    return pc.if_else(pc.is_in(references, value_set=practices), references, pa.scalar(None, pa.string()))


def resolved_payors(export: Export, payors: pa.Array) -> pa.Array:
    """Organizations that the payors of coverages mean, null for people who pay themselves."""
    organizations = export["Organization"].table
    index = organizations.select(["id", "identifiers"]).append_column("means", organizations["id"])
    return resolved(payors, index)


def _agencies(export: Export, log: IssueLog) -> Draft:
    organizations = export["Organization"]
    parent = pc.is_in(organizations.column("id"), value_set=organizations.column("parent").drop_null())
    columns = {"agency_id": organizations.column("id"), "name": _named(organizations)}
    return draft_of("agencies", organizations, np.flatnonzero(truth(parent)), columns, log)


def _practices(export: Export, log: IssueLog) -> Draft:
    organizations = export["Organization"]
    known = pc.is_in(organizations.column("parent"), value_set=organizations.column("id"))
    columns = {
        "practice_id": organizations.column("id"),
        "name": _named(organizations),
        "agency_id": pc.if_else(known, organizations.column("parent"), pa.scalar(None, pa.string())),
        "active": organizations.column("active"),
    }
    return draft_of("practices", organizations, np.flatnonzero(_providers_of_care(export)), columns, log)


def _insurances(export: Export, log: IssueLog) -> Draft:
    """One insurance for each payor; a payor outside of the export is known by the coverage's display."""
    coverages = export["Coverage"]
    identity, name = payor_identity(export)
    public = pc.fill_null(pc.equal(coverages.column("type"), "PUBLICPOL"), False)
    lowered = pc.utf8_lower(name)
    payer = pc.if_else(public, "public", "commercial")
    for word in ("medicaid", "medicare"):
        payer = pc.if_else(pc.fill_null(pc.match_substring(lowered, word), False), word, payer)
    given = np.flatnonzero(truth(identity.is_valid()))
    first = np.unique(
        identity.take(pa.array(given)).dictionary_encode().indices.to_numpy(), return_index=True
    )[1]
    columns = {"insurance_id": identity, "name": name, "payer": payer}
    return draft_of("insurances", coverages, given[first], columns, log)


def payor_identity(export: Export) -> tuple[pa.Array, pa.Array]:
    """Insurance id and name of every coverage; null where the payor is no organization."""
    coverages, organizations = export["Coverage"], export["Organization"]
    shown = coverages.column("payor_name")
    means = resolved_payors(export, coverages.column("payor"))
    row = pc.index_in(means, value_set=organizations.column("id"))
    elsewhere = pc.if_else(
        pc.and_(pc.is_valid(shown), pc.is_null(means)),
        pc.coalesce(coverages.column("payor"), shown),
        pa.scalar(None, pa.string()),
    )
    patients = pc.is_in(elsewhere, value_set=export["Patient"].column("id"))
    elsewhere = pc.if_else(patients, pa.scalar(None, pa.string()), elsewhere)
    return pc.coalesce(means, elsewhere), pc.coalesce(_named(organizations).take(row), shown)


def _facilities(export: Export, log: IssueLog) -> Draft:
    locations = export["Location"]
    inside = truth(pc.is_in(locations.column("physical"), value_set=pa.array(_INSIDE)))
    kinds = pa.array(
        [
            facility_type(codes, words)
            for codes, words in zip(
                locations.column("codes").to_pylist(), locations.column("words").to_pylist(), strict=True
            )
        ],
        pa.string(),
    )
    log.note(
        locations.origin.files[0],
        "inferred_facility_type",
        int((~inside & ~truth(kinds.is_valid())).sum()),
        "facilities have no type that is known and are taken as clinics",
        "Give type in facilities.csv where it is another, since credentials depend on it",
    )
    columns = {
        "facility_id": locations.column("id"),
        "name": _named(locations),
        "type": pc.fill_null(kinds, "clinic"),
        "practice_id": _practices_among(export, locations.column("organization")),
        "active": locations.column("active"),
        **{name: locations.column(name) for name in _PLACE},
    }
    return draft_of("facilities", locations, np.flatnonzero(~inside), columns, log)


def facility_type(codes: list[str], words: list[str]) -> str | None:
    """Our type by the first code that we know, else by a word of the text; None where neither tells."""
    for code in codes:
        if code in FACILITY_TYPES:
            return FACILITY_TYPES[code]
    text = " ".join(words).lower()
    return next((kind for word, kind in _FACILITY_WORDS if word in text), None)


def _providers(export: Export, log: IssueLog) -> Draft:
    practitioners, roles = export["Practitioner"], export["PractitionerRole"]
    row = _first_role(practitioners, roles)
    trades = _trades(practitioners, roles)
    _note_specialties(roles, trades, log)
    office = _office(export, row)
    housed = pc.or_(pc.is_valid(office["zip"]), pc.is_valid(office["latitude"]))
    working = pc.fill_null(pc.equal(roles.column("active").take(row), "true"), True)
    active = pc.and_(pc.equal(practitioners.column("active"), "true"), working)
    columns = {
        "provider_id": practitioners.column("id"),
        "name": _named(practitioners),
        "roles": pa.array([[each.role] for each in trades], pa.list_(pa.string())),
        "specialties": pa.array([list(each.specialties) for each in trades], pa.list_(pa.string())),
        "practice_id": _practices_among(export, roles.column("organization").take(row)),
        "active": pc.if_else(active, "true", "false"),
        "languages": practitioners.column("languages"),
        **{name: pc.if_else(housed, office[name], practitioners.column(name)) for name in _PLACE},
    }
    return draft_of("providers", practitioners, np.arange(len(practitioners)), columns, log)


def _first_role(practitioners: Resources, roles: Resources) -> pa.Array:
    """Row of each practitioner's PractitionerRole: the first active one, else the first."""
    order = np.argsort(~truth(pc.equal(roles.column("active"), "true")), kind="stable")
    ranked = roles.column("practitioner").take(pa.array(order))
    position = pc.index_in(practitioners.column("id"), value_set=_distinct(ranked))
    return pa.array(_first_rows(ranked, order)).take(position)


def _distinct(values: pa.Array) -> pa.Array:
    return values.drop_null().unique()


def _first_rows(values: pa.Array, order: Int64) -> Int64:
    """The element of `order` at which each distinct value first stands (distinct values in that order)."""
    given = np.flatnonzero(truth(values.is_valid()))
    codes = values.drop_null().dictionary_encode().indices.to_numpy()
    return order[given[np.unique(codes, return_index=True)[1]]]


def _trades(practitioners: Resources, roles: Resources) -> list[Trade]:
    """What each practitioner does, by all of their roles."""
    codes: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for who, own_codes, own_words in zip(
        roles.column("practitioner").to_pylist(),
        roles.column("codes").to_pylist(),
        roles.column("words").to_pylist(),
        strict=True,
    ):
        codes.setdefault(who, []).extend(own_codes)
        words.setdefault(who, []).extend(own_words)
    return [trade(codes.get(who, ()), words.get(who, ())) for who in practitioners.column("id").to_pylist()]


def _note_specialties(roles: Resources, trades: list[Trade], log: IssueLog) -> None:
    unknown = sorted({each for known in trades for each in known.specialties if not is_code(each)})
    log.note(
        roles.origin.files[0],
        "unknown_specialty",
        len(unknown),
        f"specialties have no known NUCC code and are kept as written: {', '.join(unknown[:10])}",
        "Code them in the export, or give specialties in providers.csv",
    )
    log.note(
        roles.origin.files[0],
        "inferred_role",
        sum(not known.specialties for known in trades),
        "practitioners without code and specialty are taken as physicians",
        "Give roles in providers.csv or capacities.csv",
    )


def _office(export: Export, role: pa.Array) -> dict[str, pa.Array]:
    """Place of work by role row: the role's location, else the first of its organization, else its seat."""
    roles, locations, organizations = export["PractitionerRole"], export["Location"], export["Organization"]
    own = pc.index_in(roles.column("location"), value_set=locations.column("id"))
    owners = locations.column("organization")
    of_owner = pa.array(_first_rows(owners, np.arange(len(owners)))).take(
        pc.index_in(roles.column("organization"), value_set=_distinct(owners))
    )
    site = pc.coalesce(own.cast(pa.int64()), of_owner).take(role)
    seat = pc.index_in(roles.column("organization"), value_set=organizations.column("id")).take(role)
    at_site = pc.is_valid(site)
    return {
        name: pc.if_else(at_site, locations.column(name).take(site), organizations.column(name).take(seat))
        for name in _PLACE
    }


def _patients(export: Export, as_of: date, log: IssueLog) -> Draft:
    patients = export["Patient"]
    log.note(
        patients.origin.files[0],
        "inferred_birth_date",
        int(truth(pc.equal(patients.column("partial_birth"), "true")).sum()),
        "dates of birth lack the day or the month; the first one is taken",
        "Give birth_date in patients.csv where it matters",
    )
    columns = {
        "patient_id": patients.column("id"),
        "practice_id": _practices_among(export, patients.column("organization")),
        "insurances": _insurances_in_force(export, as_of),
        **{
            name: patients.column(name)
            for name in ("name", "birth_date", "sex", "active", "language", *_PLACE)
        },
    }
    return draft_of("patients", patients, np.arange(len(patients)), columns, log)


def _insurances_in_force(export: Export, as_of: date) -> pa.Array:
    """Insurance ids of every patient on the day, by the order of the coverages, then the oldest first."""
    coverages = export["Coverage"]
    identity, _ = payor_identity(export)
    day = as_of.isoformat()
    starts, ends = coverages.column("starts_on"), coverages.column("ends_on")
    in_force = (
        truth(pc.equal(pc.coalesce(coverages.column("status"), "active"), "active"))
        & truth(pc.less_equal(pc.coalesce(starts, ""), day))
        & truth(pc.greater_equal(pc.coalesce(ends, "9999"), day))
        & truth(identity.is_valid())
    )
    patient = pc.index_in(coverages.column("patient"), value_set=export["Patient"].column("id"))
    table = pa.table(
        {
            "patient": patient,
            "rank": pc.fill_null(coverages.column("order"), 1e9),
            "starts_on": starts,
            "insurance": identity,
        }
    ).filter(pa.array(in_force & truth(patient.is_valid())))
    table = table.sort_by([("patient", "ascending"), ("rank", "ascending"), ("starts_on", "ascending")])
    counts = np.bincount(table["patient"].to_numpy(), minlength=len(export["Patient"]))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), table["insurance"].combine_chunks())


def _visits(export: Export, as_of: date, log: IssueLog) -> Draft:
    """Appointments from the day on that name a patient and a practitioner of the export."""
    appointments = export["Appointment"]
    who = {
        column: _first(appointments.column(column)) for column in ("patients", "practitioners", "locations")
    }
    to_come = truth(pc.greater_equal(appointments.column("on"), as_of.isoformat()))
    complete = truth(who["patients"].is_valid()) & truth(who["practitioners"].is_valid())
    lost = np.flatnonzero(to_come & ~complete)
    appointments.origin.report(
        log,
        lost,
        "dangling_reference",
        "the appointment names no patient or no practitioner of the export; it is left out",
        "Export the actors too",
        severity="warning",
    )
    columns = {
        "visit_id": appointments.column("id"),
        "patient_id": who["patients"],
        "provider_id": who["practitioners"],
        "facility_id": who["locations"],
        "on": appointments.column("on"),
        "minutes": appointments.column("minutes"),
    }
    return draft_of("visits", appointments, np.flatnonzero(to_come & complete), columns, log)


def _first(lists: pa.Array) -> pa.Array:
    """First element of every list, null of an empty one."""
    starts = lists.offsets.to_numpy()[:-1]
    filled = lists.value_lengths().to_numpy(zero_copy_only=False) > 0
    position = pa.array(starts.astype(np.int64), mask=~filled)
    return lists.values.take(position)
