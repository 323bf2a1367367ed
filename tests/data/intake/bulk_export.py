"""A small FHIR R4 bulk export, written line by line for the tests that read it."""

import json
from datetime import date

from data.intake import read_folder

AS_OF = date(2026, 11, 21)
NPI = "http://hl7.org/fhir/sid/us-npi"


def resource(kind, identity, **content):
    return {"resourceType": kind, "id": identity, **content}


def ref(text):
    return {"reference": text}


def small(**changes):
    """An organization with a site, two clinicians and a patient; `changes` replaces whole types."""
    resources = {
        "Organization": [
            resource("Organization", "o1", name="Elm Street", partOf=ref("Organization/o9")),
            resource("Organization", "o9", name="Bay Health"),
            resource("Organization", "pay", name="Bay Medicare", type=[{"coding": [{"code": "pay"}]}]),
        ],
        "Location": [
            resource(
                "Location",
                "l1",
                name="Oak Hill",
                status="active",
                type=[{"coding": [{"code": "SNF"}]}],
                managingOrganization=ref("Organization/o1"),
                address={"state": "Massachusetts", "postalCode": "016091234"},
            ),
            resource("Location", "l2", name="Room 7", physicalType={"coding": [{"code": "ro"}]}),
        ],
        "Practitioner": [
            resource(
                "Practitioner", "p1", name=[{"text": "Ada"}], identifier=[{"system": NPI, "value": "11"}]
            ),
            resource("Practitioner", "p2", name=[{"family": "Ito", "given": ["Ben"]}], active=False),
        ],
        "PractitionerRole": [
            resource(
                "PractitionerRole",
                "r1",
                practitioner=ref("Practitioner/p1"),
                organization=ref("Organization/o1"),
                location=[ref("Location/l1")],
                specialty=[{"coding": [{"code": "207Q00000X"}]}],
            ),
            resource(
                "PractitionerRole", "r2", practitioner=ref("urn:uuid:p2"), code=[{"text": "RN Care Manager"}]
            ),
        ],
        "Patient": [
            resource(
                "Patient",
                "a1",
                name=[{"use": "official", "given": ["Maria"], "family": "Silva"}],
                birthDate="1948-05",
                address=[{"state": "MA", "postalCode": "02108"}],
                managingOrganization=ref("Organization/o1"),
            )
        ],
    }
    return resources | changes


def write(directory, resources):
    for kind, rows in resources.items():
        text = "".join(json.dumps(each) + "\n" for each in rows)
        (directory / f"{kind}.ndjson").write_text(text, encoding="utf-8")
    return directory


def read(directory, **changes):
    return read_folder(write(directory, small(**changes)), AS_OF)


def rows(intake, table):
    return intake.tables[table].to_pylist()


def patient(identity="a1", **content):
    return resource("Patient", identity, **content)


def encounter(identity, day, who="Practitioner/p1", whom="Patient/a1", **content):
    return resource(
        "Encounter",
        identity,
        **{
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": ref(whom),
            "participant": [{"individual": ref(who)}],
            "period": {"start": f"{day}T10:00:00Z", "end": f"{day}T10:20:00Z"},
        }
        | content,
    )
