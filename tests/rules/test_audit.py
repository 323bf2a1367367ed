from datetime import date

import numpy as np

from data.slot import Slot
from rules.audit import audit
from tests.builders import snapshot
from tests.rules.written import compiled, rule

WORLD = snapshot(
    date(2026, 6, 15),
    patients=[
        {"patient_id": f"A{row}", "language": each} for row, each in enumerate(["en", "es", "es", "fr"])
    ],
    providers=[{"provider_id": "P", "languages": ["en"], "max_miles": 3.0}, {"provider_id": "Q"}],
)
STANDING = np.array([0, 0, 1, -1], np.int32)
SPEAKS = rule(
    "patient.language in provider.languages",
    id="speaks",
    reason="LANGUAGE",
    messageExpression="provider.provider_id + ' does not speak ' + patient.language",
)


def findings(*rules):
    return audit(compiled(*rules), WORLD, Slot(), STANDING).to_pylist()


def test_every_standing_pair_that_fails_is_a_finding_with_its_message():
    assert findings(SPEAKS) == [
        {
            "patient_id": patient,
            "provider_id": provider,
            "rule_id": "speaks",
            "reason": "LANGUAGE",
            "verdict": "fail",
            "severity": "violation",
            "message": f"{provider} does not speak es",
        }
        for patient, provider in (("A1", "P"), ("A2", "Q"))
    ]


def test_soft_rules_warn():
    soft = SPEAKS | {"actions": {"solve": {"penalty": 1}}}
    assert {each["severity"] for each in findings(soft)} == {"warning"}


def test_errors_are_findings_and_violations_only_where_they_count():
    strict, lenient = (rule("provider.max_miles > 1.0", id=each, onError=each) for each in ("fail", "ignore"))
    found = findings(strict, lenient)
    assert [(each["patient_id"], each["rule_id"], each["verdict"], each["severity"]) for each in found] == [
        ("A2", "fail", "error", "violation"),
        ("A2", "ignore", "error", "warning"),
    ]


def test_rules_that_do_not_concern_standing_pairs_find_nothing():
    quiet = [
        rule("false", id="a", standing="ignore"),
        rule("false", id="b", actions={"audit": "ignore"}),
        rule("false", id="c", effective={"to": date(2026, 6, 15)}),
        rule("false", id="d", when=["false"]),
    ]
    assert findings(*quiet) == []


def test_a_message_that_cannot_be_made_falls_back_to_the_plain_one():
    broken = rule("false", messageExpression="'x' + patient.zip", message="plain")
    assert {each["message"] for each in findings(broken)} == {"plain"}
