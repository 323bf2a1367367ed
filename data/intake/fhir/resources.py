"""What is taken out of each resource: one small function and one schema a type.

Element names are those of FHIR R4 (https://hl7.org/fhir/R4/resourcelist.html).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from data.intake.fhir.reference import identifier_key, target
from data.intake.fhir.stream import Extract, Resource, Row

GEOLOCATION = "http://hl7.org/fhir/StructureDefinition/geolocation"

_PLACE = ("city", "state", "zip")


def _schema(text: Iterable[str], lists: Iterable[str] = (), numbers: Iterable[str] = ()) -> pa.Schema:
    fields = [pa.field(name, pa.string()) for name in text]
    fields += [pa.field(name, pa.list_(pa.string())) for name in lists]
    return pa.schema(fields + [pa.field(name, pa.float64()) for name in numbers])


@dataclass(frozen=True)
class Reader:
    """How a resource type is read: columns, and the function that fills them."""

    schema: pa.Schema
    extract: Extract


def organization(resource: Resource) -> Iterator[Row]:
    """Organization: name, kind (payer or not), parent, address."""
    kinds = {code for concept in resource.get("type", ()) for code, _ in _codings(concept)}
    yield {
        "id": resource["id"],
        "identifiers": _identifiers(resource),
        "name": resource.get("name"),
        "kind": "payer" if kinds & {"ins", "pay"} else "provider",
        "parent": target(resource.get("partOf"), "Organization"),
        "active": _flag(resource.get("active", True)),
        **_address(resource.get("address")),
    }


def location(resource: Resource) -> Iterator[Row]:
    """Location: name, codes and words of its type, physical type, organization, address, position."""
    position = resource.get("position") or {}
    concepts = resource.get("type", ())
    address = resource.get("address")
    place = _address([address] if address else None)
    yield place | {
        "id": resource["id"],
        "identifiers": _identifiers(resource),
        "name": resource.get("name"),
        "codes": [code for concept in concepts for code, _ in _codings(concept)],
        "words": [word for concept in concepts for word in _words(concept)],
        "physical": next((code for code, _ in _codings(resource.get("physicalType"))), None),
        "organization": target(resource.get("managingOrganization"), "Organization"),
        "active": _flag(resource.get("status", "active") == "active"),
        "latitude": _number(position.get("latitude", place["latitude"])),
        "longitude": _number(position.get("longitude", place["longitude"])),
    }


def practitioner(resource: Resource) -> Iterator[Row]:
    """Practitioner: name, languages, whether active, own address."""
    yield {
        "id": resource["id"],
        "identifiers": _identifiers(resource),
        "name": _person(resource.get("name")),
        "languages": [code for concept in resource.get("communication", ()) for code in _languages(concept)],
        "active": _flag(resource.get("active", True)),
        **_address(resource.get("address")),
    }


def practitioner_role(resource: Resource) -> Iterator[Row]:
    """PractitionerRole: who, where, and the codes and words of role and specialty."""
    concepts = [*resource.get("code", ()), *resource.get("specialty", ())]
    yield {
        "id": resource["id"],
        "identifiers": _identifiers(resource),
        "practitioner": target(resource.get("practitioner"), "Practitioner"),
        "organization": target(resource.get("organization"), "Organization"),
        "location": next((target(each, "Location") for each in resource.get("location", ())), None),
        "codes": [code for concept in concepts for code, _ in _codings(concept)],
        "words": [word for concept in concepts for word in _words(concept)],
        "active": _flag(resource.get("active", True)),
    }


def patient(resource: Resource) -> Iterator[Row]:
    """Patient: person, home, language, whether alive and active, who looks after."""
    dead = bool(resource.get("deceasedDateTime")) or resource.get("deceasedBoolean") is True
    links = resource.get("generalPractitioner", ())
    spoken = sorted(resource.get("communication", ()), key=lambda each: not each.get("preferred", False))
    yield {
        "id": resource["id"],
        "identifiers": _identifiers(resource),
        "name": _person(resource.get("name")),
        "birth_date": _day(resource.get("birthDate")),
        "partial_birth": _flag(len(resource.get("birthDate") or "") in (4, 7)),
        "sex": resource.get("gender"),
        "active": _flag(resource.get("active", True) and not dead),
        "language": next((code for each in spoken for code in _languages(each.get("language"))), None),
        "practitioners": _targets(links, "Practitioner", "PractitionerRole"),
        "organization": target(resource.get("managingOrganization"), "Organization"),
        **_address(resource.get("address")),
    }


def coverage(resource: Resource) -> Iterator[Row]:
    """Coverage: whose, by whom, since when and until when, in which order."""
    period = resource.get("period") or {}
    payor = next(iter(resource.get("payor", ())), None)
    yield {
        "id": resource["id"],
        "patient": target(resource.get("beneficiary"), "Patient"),
        "payor": target(payor, "Organization"),
        "payor_name": (payor or {}).get("display"),
        "type": next((code for code, _ in _codings(resource.get("type"))), None),
        "status": resource.get("status"),
        "starts_on": _day(period.get("start")),
        "ends_on": _day(period.get("end")),
        "order": _number(resource.get("order")),
    }


_NO_VISIT = {"EMER", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS"}
"""Classes of encounters that are no visit of a panel: emergencies and stays."""


def encounter(resource: Resource) -> Iterator[Row]:
    """Encounter: who saw whom, when, for how long, and whether it was a visit (no emergency, no stay)."""
    if resource.get("status") in ("planned", "cancelled", "entered-in-error"):
        return
    period = resource.get("period") or {}
    participants = sorted(resource.get("participant", ()), key=_is_secondary)
    performers = [each.get("individual") for each in participants]
    found = _targets(performers, "Practitioner", "PractitionerRole")
    yield {
        "id": resource["id"],
        "patient": target(resource.get("subject"), "Patient"),
        "practitioner": found[0] if found else None,
        "on": _day(period.get("start")),
        "visit": _flag((resource.get("class") or {}).get("code") not in _NO_VISIT),
        "minutes": _minutes(period.get("start"), period.get("end")),
    }


def _is_secondary(participant: dict[str, Any]) -> bool:
    """Whether somebody took part otherwise than as primary performer or attender."""
    codes = {code for concept in participant.get("type", ()) for code, _ in _codings(concept)}
    return not codes & {"PPRF", "ATND"}


def care_team(resource: Resource) -> Iterator[Row]:
    """CareTeam: one row for each member that may be a practitioner."""
    if resource.get("status", "active") != "active":
        return
    subject = target(resource.get("subject"), "Patient")
    period = resource.get("period") or {}
    members = [each.get("member") for each in resource.get("participant", ())]
    for member in _targets(members, "Practitioner", "PractitionerRole"):
        if member != subject:
            yield {
                "id": resource["id"],
                "patient": subject,
                "practitioner": member,
                "starts_on": _day(period.get("start")),
                "ends_on": _day(period.get("end")),
            }


def appointment(resource: Resource) -> Iterator[Row]:
    """Appointment that is still to come: actors by type; an actor without a type may be any of them."""
    if resource.get("status") not in ("proposed", "pending", "booked", "arrived", "checked-in"):
        return
    actors = [each.get("actor") for each in resource.get("participant", ())]
    minutes = resource.get("minutesDuration") or _minutes(resource.get("start"), resource.get("end"))
    yield {
        "id": resource["id"],
        "patients": _targets(actors, "Patient"),
        "practitioners": _targets(actors, "Practitioner", "PractitionerRole"),
        "locations": _targets(actors, "Location"),
        "on": _day(resource.get("start")),
        "minutes": _number(minutes),
    }


_COORDINATES = ("latitude", "longitude")

READERS: dict[str, Reader] = {
    "Organization": Reader(
        _schema(("id", "name", "kind", "parent", "active", *_PLACE), ("identifiers",), _COORDINATES),
        organization,
    ),
    "Location": Reader(
        _schema(
            ("id", "name", "physical", "organization", "active", *_PLACE),
            ("identifiers", "codes", "words"),
            _COORDINATES,
        ),
        location,
    ),
    "Practitioner": Reader(
        _schema(("id", "name", "active", *_PLACE), ("identifiers", "languages"), _COORDINATES),
        practitioner,
    ),
    "PractitionerRole": Reader(
        _schema(
            ("id", "practitioner", "organization", "location", "active"), ("identifiers", "codes", "words")
        ),
        practitioner_role,
    ),
    "Patient": Reader(
        _schema(
            (
                "id",
                "name",
                "birth_date",
                "partial_birth",
                "sex",
                "active",
                "language",
                "organization",
                *_PLACE,
            ),
            ("identifiers", "practitioners"),
            _COORDINATES,
        ),
        patient,
    ),
    "Coverage": Reader(
        _schema(
            ("id", "patient", "payor", "payor_name", "type", "status", "starts_on", "ends_on"), (), ("order",)
        ),
        coverage,
    ),
    "Encounter": Reader(
        _schema(("id", "patient", "practitioner", "on", "visit"), (), ("minutes",)), encounter
    ),
    "CareTeam": Reader(_schema(("id", "patient", "practitioner", "starts_on", "ends_on")), care_team),
    "Appointment": Reader(
        _schema(("id", "on"), ("patients", "practitioners", "locations"), ("minutes",)), appointment
    ),
}
"""How every resource type is read, referenced types before those that refer to them."""


def _codings(concept: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(code, system) of a CodeableConcept."""
    codings = (concept or {}).get("coding", ())
    return [(each["code"], each.get("system", "")) for each in codings if each.get("code")]


def _words(concept: dict[str, Any]) -> list[str]:
    """Text and displays of a CodeableConcept."""
    shown = [concept.get("text"), *(each.get("display") for each in concept.get("coding", ()))]
    return [word for word in shown if word]


def _languages(concept: dict[str, Any] | None) -> list[str]:
    """Primary subtags of BCP 47 codes: en-US is en."""
    return [code.split("-")[0].lower() for code, _ in _codings(concept)]


def _identifiers(resource: Resource) -> list[str]:
    return [identifier_key(each) for each in resource.get("identifier", ()) if each.get("value")]


def _targets(references: Iterable[dict[str, Any] | None], *types: str) -> list[str]:
    found = (target(each, *types) for each in references)
    return [each for each in found if each]


def _person(names: list[dict[str, Any]] | None) -> str | None:
    """Official name, else the first: prefix, given, family, suffix; its text where that is all."""
    if not names:
        return None
    name = next((each for each in names if each.get("use") == "official"), names[0])
    parts = [*name.get("prefix", ()), *name.get("given", ()), name.get("family"), *name.get("suffix", ())]
    return " ".join(part for part in parts if part) or name.get("text")


def _address(addresses: list[dict[str, Any]] | None) -> Row:
    """Home or work address, else the first that is not old, with the geolocation extension."""
    current = [each for each in addresses or () if each.get("use") != "old"]
    address = next((each for each in current if each.get("use") in ("home", "work")), None)
    if address is None:
        address = current[0] if current else {}
    row: Row = {
        "city": address.get("city"),
        "state": address.get("state"),
        "zip": address.get("postalCode"),
        "latitude": None,
        "longitude": None,
    }
    for extension in address.get("extension", ()):
        if extension.get("url") == GEOLOCATION:
            for part in extension.get("extension", ()):
                row[part["url"]] = _number(part.get("valueDecimal"))
    return row


def _flag(value: object) -> str:
    return "true" if value else "false"


def _number(value: Any) -> float | None:  # noqa: ANN401 - whatever stood in the JSON
    return None if value is None else float(value)


def _day(moment: str | None) -> str | None:
    """Date of an instant or of a partial date: 1950 is 1950-01-01, 1950-05 is 1950-05-01."""
    if not moment:
        return None
    return moment[:10] + {4: "-01-01", 7: "-01"}.get(len(moment), "")


def _minutes(start: str | None, end: str | None) -> float | None:
    """Length of a period, None where it is not known or nothing."""
    if not start or not end or start == end or "T" not in start or "T" not in end:
        return None
    length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return length.total_seconds() / 60 or None
