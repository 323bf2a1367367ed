"""References of FHIR resources: their forms, and what they mean.

Conditional references (`Practitioner?identifier=system|value`) and references by identifier alone become
the text `?system|value`; see https://hl7.org/fhir/R4/references.html and bundle-definitions on `urn:uuid:`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

CONDITIONAL = "?"


def target(reference: Mapping[str, Any] | None, *types: str) -> str | None:
    """Id (or `?system|value`) that a Reference means; None where empty, contained or of another type."""
    if not reference:
        return None
    text = reference.get("reference")
    if not text:
        identifier = reference.get("identifier")
        return CONDITIONAL + identifier_key(identifier) if identifier else None
    if text.startswith("#"):
        return None
    if text.startswith("urn:uuid:"):
        return str(text.removeprefix("urn:uuid:"))
    head, query, condition = text.partition("?")
    if query:
        _, _, identifier = condition.partition("identifier=")
        return _of_type(head.rpartition("/")[2], CONDITIONAL + unquote(identifier), types)
    parts = text.split("/_history/")[0].rsplit("/", 2)
    kind = parts[-2] if len(parts) > 1 else reference.get("type", "")
    return _of_type(kind, parts[-1], types)


def _of_type(kind: str, found: str, types: tuple[str, ...]) -> str | None:
    return found if not kind or not types or kind in types else None


def identifier_key(identifier: Mapping[str, Any]) -> str:
    """One text for an Identifier, as conditional references write it."""
    return f"{identifier.get('system', '')}|{identifier.get('value', '')}"


def resolved(references: pa.Array, table: pa.Table) -> pa.Array:
    """What the references mean by `table` (columns `id`, `identifiers`, `means`), null where nothing."""
    means = table["means"].combine_chunks()
    by_id = means.take(pc.index_in(references, value_set=table["id"].combine_chunks()))
    lists = table["identifiers"].combine_chunks()
    owner = means.take(pc.list_parent_indices(lists))
    keys = pc.binary_join_element_wise(CONDITIONAL, pc.list_flatten(lists), "")
    return pc.coalesce(by_id, owner.take(pc.index_in(references, value_set=keys)))
