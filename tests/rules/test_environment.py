from data.columns import FACILITIES, LICENSES, PATIENTS, PROVIDERS
from rules.environment import field_of, reference

ROWS = {name: (kind, about) for name, kind, about in reference()}


def test_every_column_of_the_records_is_in_the_reference():
    for prefix, table in (
        ("patient", PATIENTS),
        ("provider", PROVIDERS),
        ("patient.facility", FACILITIES),
        ("provider.licenses[]", LICENSES),
    ):
        for column in table.columns:
            if (prefix, column.name) != ("provider.licenses[]", "provider_id"):
                assert ROWS[f"{prefix}.{column.name}"][1] == column.about


def test_the_reference_tells_what_may_be_empty():
    assert ROWS["patient.acuity"][0] == "int"
    assert ROWS["patient.state"][0] == "string, may be empty"
    assert ROWS["provider.ends_on"][0] == "timestamp, may be empty"
    assert ROWS["provider.regions"][0] == "list(string)"
    assert ROWS["geo.miles(Place, Place)"][0] == "double"


def test_derived_fields_are_there_and_unknown_ones_are_not():
    assert {"patient.age", "patient.place.latitude", "slot.role", "as_of", "params"} <= set(ROWS)
    assert field_of("Patient", "nothing") is None
