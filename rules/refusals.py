"""What pydantic refuses in a document, said at its place with the nearest field name."""

from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from rules.diagnostics import Diagnostic, nearest
from rules.source import Path, Source


def refusal(source: Source, error: ErrorDetails, model: type[BaseModel]) -> Diagnostic:
    """One error of a document of the kind `model` as a diagnostic."""
    path: Path = ()
    for part in error["loc"]:
        if (*path, part) in source.values:
            path = (*path, part)
    name = error["loc"][-1] if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        hint = nearest(str(name), _names_beside(model, path))
        return source.diagnostic(path, "unknown-field", f"there is no field {name}", hint, key=True)
    if error["type"] == "missing":
        return source.diagnostic(path, "missing-field", f"{name} is missing")
    return source.diagnostic(path, "value", error["msg"].removeprefix("Value error, "))


def _names_beside(model: type[BaseModel], path: Path) -> list[str]:
    """Names that the mapping at the parent of `path` may have."""
    schema = model.model_json_schema(by_alias=True)
    node: dict[str, Any] = schema
    for part in path[:-1]:
        node = _resolved(schema, node)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return list(_resolved(schema, node).get("properties", {}))


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for choice in node.get("anyOf", []):
        if "$ref" in choice:
            node = choice
    reference = node.get("$ref", "")
    return schema["$defs"][reference.rsplit("/", 1)[-1]] if reference else node
