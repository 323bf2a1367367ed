"""Elements that many resources share: ids, references, codes, addresses."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from data.fhir.json_columns import Column, bare, constant, lists, objects, quoted, where

WELL_FORMED = r"^[A-Za-z0-9\-.]{1,64}$"
"""Ids of resources (https://hl7.org/fhir/R4/datatypes.html#id)."""

SYSTEM = "urn:panelwise:"
"""Identifiers are in the systems `urn:panelwise:patient` and so on: what an id was before it was bent."""

GEOLOCATION = "http://hl7.org/fhir/StructureDefinition/geolocation"


def resource_id(ids: Column) -> pa.Array:
    """The ids as FHIR allows them; one that it does not (blanks, underscores, too long) is hashed."""
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    fine = pc.fill_null(pc.match_substring_regex(whole, WELL_FORMED), True)
    if pc.all(fine).as_py():
        return whole
    bent = [None if each is None else _hashed(each) for each in whole.to_pylist()]
    return pc.if_else(fine, whole, pa.array(bent, pa.string()))


def _hashed(text: str) -> str:
    return "h-" + hashlib.sha256(text.encode()).hexdigest()[:40]


def identifier(noun: str, ids: Column) -> pa.Array:
    """`identifier` with the id as panelwise has it."""
    return lists(objects({"system": constant(SYSTEM + noun, len(ids)), "value": quoted(ids)}))


def reference(kind: str, ids: Column) -> pa.Array:
    """References to resources of a kind; null where there is no id."""
    return objects({"reference": quoted(pc.binary_join_element_wise(kind, resource_id(ids), "/"))})


def concept(system: str, codes: Column, text: Column | None = None) -> pa.Array:
    """CodeableConcepts of a code and a text."""
    known = pc.is_valid(codes)
    known = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else known
    coding = where(known, objects({"system": constant(system, len(codes)), "code": quoted(codes)}))
    return objects({"coding": lists(coding)} | ({} if text is None else {"text": quoted(text)}))


def address(table: pa.Table) -> pa.Array:
    """`address` of a table with the columns of a place; the position as the geolocation extension."""
    parts = [
        objects({"url": constant(name, table.num_rows), "valueDecimal": bare(table[name])})
        for name in ("latitude", "longitude")
    ]
    placed = pc.and_(pc.is_valid(table["latitude"]), pc.is_valid(table["longitude"])).combine_chunks()
    position = objects({"url": constant(GEOLOCATION, table.num_rows), "extension": lists(*parts)})
    return objects(
        {
            "extension": lists(where(placed, position)),
            "city": quoted(table["city"]),
            "state": quoted(table["state"]),
            "postalCode": quoted(table["zip"]),
        }
    )


def resource(kind: str, ids: Column, members: dict[str, pa.Array]) -> pa.Array:
    """Whole resources: type, id, and the members."""
    head = {"resourceType": constant(kind, len(ids)), "id": quoted(resource_id(ids))}
    return objects(head | members)
