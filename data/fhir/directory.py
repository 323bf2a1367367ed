"""Organizations, locations, and the people who work there."""

import pyarrow as pa
import pyarrow.compute as pc

from data.fhir.elements import address, concept, identifier, reference, resource
from data.fhir.json_columns import bare, flat_lists, lists, objects, quoted, where
from data.snapshot import Snapshot

ORGANIZATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"
FACILITY_TYPE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ROLE = "http://terminology.hl7.org/CodeSystem/practitioner-role"
SPECIALTY = "http://nucc.org/provider-taxonomy"
LANGUAGE = "urn:ietf:bcp:47"

FACILITY_CODES = {
    "snf": "SNF",
    "hospital": "HOSP",
    "rehabilitation": "RH",
    "hospice": "HOSPICE",
    "home": "PTRES",
}
"""Codes of v3-ServiceDeliveryLocationRoleType by our types of facilities; others are told in words."""


def organizations(snapshot: Snapshot) -> pa.Array:
    """Agencies, practices as parts of them, and insurers."""
    agencies, practices, insurers = (snapshot[name] for name in ("agencies", "practices", "insurances"))
    above = reference("Organization", practices["agency_id"])
    return pa.concat_arrays(
        [
            _organizations("agency", agencies, "prov"),
            _organizations(
                "practice", practices, "prov", {"active": bare(practices["active"]), "partOf": above}
            ),
            _organizations("insurance", insurers, "ins"),
        ]
    )


def _organizations(
    noun: str, table: pa.Table, code: str, more: dict[str, pa.Array] | None = None
) -> pa.Array:
    ids = table[f"{noun}_id"]
    kind = concept(ORGANIZATION_TYPE, pa.repeat(pa.scalar(code), len(ids)))
    members = {"identifier": identifier(noun, ids), "type": lists(kind), "name": quoted(table["name"])}
    return resource("Organization", ids, members | (more or {}))


def locations(snapshot: Snapshot) -> pa.Array:
    """Facilities."""
    facilities = snapshot.facilities
    types = facilities["type"]
    codes = pa.array([FACILITY_CODES.get(each) for each in types.to_pylist()], pa.string())
    placed = pc.and_(
        pc.is_valid(facilities["latitude"]), pc.is_valid(facilities["longitude"])
    ).combine_chunks()
    position = objects({name: bare(facilities[name]) for name in ("longitude", "latitude")})
    status = pc.if_else(pc.fill_null(facilities["active"], True), "active", "inactive")
    return resource(
        "Location",
        facilities["facility_id"],
        {
            "identifier": identifier("facility", facilities["facility_id"]),
            "status": quoted(status),
            "name": quoted(facilities["name"]),
            "type": lists(concept(FACILITY_TYPE, codes, pc.replace_substring(types, "_", " "))),
            "address": address(facilities),
            "position": where(placed, position),
            "managingOrganization": reference("Organization", facilities["practice_id"]),
        },
    )


def practitioners(snapshot: Snapshot) -> pa.Array:
    """Providers as people."""
    providers = snapshot.providers
    spoken = providers["languages"].combine_chunks()
    languages = concept(LANGUAGE, pc.list_flatten(spoken))
    return resource(
        "Practitioner",
        providers["provider_id"],
        {
            "identifier": identifier("provider", providers["provider_id"]),
            "active": bare(providers["active"]),
            "name": lists(objects({"text": quoted(providers["name"])})),
            "address": lists(address(providers)),
            "communication": flat_lists(languages, offsets_of(spoken)),
        },
    )


def practitioner_roles(snapshot: Snapshot) -> pa.Array:
    """What each provider does, and for which practice."""
    providers = snapshot.providers
    roles, specialties = (providers[name].combine_chunks() for name in ("roles", "specialties"))
    named = pc.list_flatten(roles)
    doctor = pc.equal(named, "physician")
    code = where(doctor, pa.repeat("doctor", len(named)))
    words = concept(ROLE, code, where(pc.invert(doctor), pc.replace_substring(named, "_", " ")))
    ids = providers["provider_id"]
    return resource(
        "PractitionerRole",
        pc.binary_join_element_wise(ids, "role", "-"),
        {
            "active": bare(providers["active"]),
            "period": objects({"start": quoted(providers["starts_on"])}),
            "practitioner": reference("Practitioner", ids),
            "organization": reference("Organization", providers["practice_id"]),
            "code": flat_lists(words, offsets_of(roles)),
            "specialty": flat_lists(
                concept(SPECIALTY, pc.list_flatten(specialties)), offsets_of(specialties)
            ),
        },
    )


def offsets_of(nested: pa.ListArray) -> pa.Array:
    """Where each list begins among the flattened elements: a null list, and a slice, are accounted for."""
    lengths = pc.fill_null(pc.list_value_length(nested), 0)
    return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
