"""Words are tested too: the generated parts of the README are up to date, and its YAML works."""

import re

import pytest

from api.jobs.timetable import read_timetable
from api.webhooks.subscribe import TOPICS
from rules.compiler import compile_rules
from rules.documents import parse
from rules.examples import run_examples
from rules.findings import compile_findings
from rules.packs import PACKS, pack_text
from tests.readme import README, columns, commands, routes, section

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "made"), [("columns", columns), ("commands", commands), ("routes", routes)])
def test_generated_sections_are_up_to_date(name, made):
    assert section(TEXT, name).strip() == made().strip(), "renew them: python -m tests.readme"


def documents_of_the_readme():
    written = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    shown = [each for each in written if each.startswith("apiVersion: rules/v1")]
    assert len(shown) == 7
    shipped = {file: text for name in PACKS for file, text in pack_text(name).items()}
    return parse(shipped | {f"readme-{number}.yaml": text for number, text in enumerate(shown)})


def test_the_rule_and_the_limit_of_the_readme_compile():
    compiled = compile_rules(documents_of_the_readme())
    assert "memory-clinic-language" in {each.rule.id for each in compiled.rules}
    assert "wound-care" in {each.limit.id for each in compiled.limits}


def test_the_findings_of_the_readme_compile():
    codes = {each.finding.code for each in compile_findings(documents_of_the_readme()).findings}
    assert "PANEL_NEARLY_EMPTY" in codes


def test_the_examples_of_the_readme_hold():
    assert not run_examples(documents_of_the_readme()).failures


def test_the_timetable_of_the_readme_is_one(tmp_path):
    (shown,) = re.findall(r"```yaml\n(time_zone:.*?)```", TEXT, re.DOTALL)
    file = tmp_path / "schedule.yaml"
    file.write_text(shown)
    assert {each.name for each in read_timetable(file).schedules} > {
        "close-gaps",
        "morning-findings",
        "webhooks",
    }


def test_every_topic_is_in_the_readme_with_what_it_says():
    for topic, says in TOPICS.items():
        assert f"| `{topic}` | {says} |" in TEXT


def test_every_command_of_the_tour_is_shown():
    from tests.readme import TOUR

    shown = section(TEXT, "tour")
    for _, command, _ in TOUR:
        assert f"$ {command.split(' {')[0]}" in shown
