"""FHIR R4 bulk exports (NDJSON) as tables: what is said is mapped, what is not is inferred and noted."""
