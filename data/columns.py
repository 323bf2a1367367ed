"""Every table and column that panelwise knows, declared once.

CSV templates, intake checks, the SQL store, the README's column list and the fields of the rule language
are all read from `TABLES`; add a column here and each of them has it.
"""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "integer", "number", "date", "boolean", "list"]

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether it must be given, and what a correct value looks like.

    `refers_to` names the table whose key the value (or every element of a list) must be.
    `default` is taken where the cell is empty. `least` is the smallest number allowed.
    """

    name: str
    kind: Kind
    about: str
    example: str
    required: bool = False
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    least: float | None = None


@dataclass(frozen=True)
class TableSpec:
    """One table: its key (unique together) and its columns in file order."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema of the table in a `Snapshot`."""
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])


def _place(of_what: str) -> tuple[Column, ...]:
    return (
        Column("city", "text", f"City of {of_what}", "Worcester"),
        Column("state", "text", f"State of {of_what}, two letters", "MA"),
        Column("zip", "text", "ZIP code, five digits (nine are cut)", "01609"),
        Column("latitude", "number", "Degrees north; taken from the ZIP code where empty", "42.2876"),
        Column("longitude", "number", "Degrees east; taken from the ZIP code where empty", "-71.8270"),
    )


def _active() -> Column:
    return Column("active", "boolean", "Whether it takes part today", "true", default=True)


AGENCIES = TableSpec(
    "agencies",
    "Organizations that own practices and employ providers",
    ("agency_id",),
    (
        Column("agency_id", "text", "Stable id", "AG1", required=True),
        Column("name", "text", "Name shown to people", "Bay Health", required=True),
    ),
)

PROGRAMS = TableSpec(
    "programs",
    "Care programs in which patients are enrolled",
    ("program_id",),
    (
        Column("program_id", "text", "Stable id; the level is then program:ID", "CCM", required=True),
        Column("name", "text", "Name shown to people", "Chronic Care Management", required=True),
    ),
)

PRACTICES = TableSpec(
    "practices",
    "Practices, the unit that an administrator is responsible for",
    ("practice_id",),
    (
        Column("practice_id", "text", "Stable id", "PR1", required=True),
        Column("name", "text", "Name shown to people", "Elm Street Practice", required=True),
        Column("agency_id", "text", "Agency it belongs to", "AG1", refers_to="agencies"),
        Column("programs", "list", "Programs it takes part in", "CCM|RPM", refers_to="programs"),
        _active(),
    ),
)

INSURANCES = TableSpec(
    "insurances",
    "Insurance plans",
    ("insurance_id",),
    (
        Column("insurance_id", "text", "Stable id", "MEDICARE", required=True),
        Column("name", "text", "Name shown to people", "Medicare", required=True),
        Column("payer", "text", "Kind of payer", "medicare"),
        Column("reviewed_on", "date", "Day on which its participation list was last reviewed", "2026-01-05"),
    ),
)

FACILITIES = TableSpec(
    "facilities",
    "Places where patients live or are seen",
    ("facility_id",),
    (
        Column("facility_id", "text", "Stable id", "F1", required=True),
        Column("name", "text", "Name shown to people", "Oak Hill Nursing Home", required=True),
        Column("type", "text", "Kind of facility, as the rules name it", "snf", required=True),
        Column("practice_id", "text", "Practice that serves it", "PR1", refers_to="practices"),
        Column("region", "text", "Region, as in providers' regions", "MA-C"),
        *_place("the facility"),
        Column("required_credentials", "list", "Credentials a provider needs here", "snf_privileges"),
        _active(),
        Column("opens_on", "date", "First day of service", "2026-01-01"),
        Column("closes_on", "date", "First day without service", "2027-07-01"),
    ),
)

PROVIDERS = TableSpec(
    "providers",
    "People who take patients",
    ("provider_id",),
    (
        Column("provider_id", "text", "Stable id", "P1", required=True),
        Column("name", "text", "Name shown to people", "Dr. Ada Reyes", required=True),
        Column(
            "roles",
            "list",
            "What the provider does: physician, care_manager, specialist, ...",
            "physician",
            required=True,
        ),
        Column("specialties", "list", "Specialty codes (NUCC)", "207Q00000X"),
        Column("practice_id", "text", "Home practice", "PR1", refers_to="practices"),
        Column("agency_id", "text", "Employer", "AG1", refers_to="agencies"),
        _active(),
        Column("approved", "boolean", "Whether the profile is approved", "true", default=True),
        Column(
            "panel_status",
            "text",
            "Who may join the panel",
            "new",
            default="new",
            choices=("new", "existing_only", "closed"),
        ),
        Column("starts_on", "date", "First day of work", "2020-03-01"),
        Column("ends_on", "date", "First day no longer there", "2027-01-01"),
        Column("regions", "list", "Regions served; empty means any", "MA-C|MA-W"),
        Column("languages", "list", "Languages spoken", "en|es"),
        *_place("the provider's base"),
        Column("max_miles", "number", "Farthest patient from the base; empty means any", "30", least=0),
        Column("max_panel", "number", "Most panel weight", "400", least=0),
        Column("max_daily_visits", "number", "Most visits a working day", "16", least=0),
        Column("max_weekly_hours", "number", "Most hours a week, travel included", "40", least=0),
        Column("max_facilities", "integer", "Most different facilities", "12", least=0),
        Column("max_new_patients", "integer", "Most new patients in one plan", "50", least=0),
    ),
)

LICENSES = TableSpec(
    "licenses",
    "Licenses of providers, one row for each state and type",
    ("provider_id", "state", "type"),
    (
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("state", "text", "State it is valid in, two letters", "MA", required=True),
        Column("type", "text", "Type", "MD", default="MD"),
        Column("number", "text", "License number", "MD-204411"),
        Column("expires_on", "date", "First day it is no longer valid; empty means never", "2028-01-01"),
        Column("compact", "boolean", "Whether it is valid in all compact states", "false", default=False),
    ),
)

CREDENTIALS = TableSpec(
    "credentials",
    "Credentials and privileges of providers",
    ("provider_id", "credential"),
    (
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("credential", "text", "Credential, as facilities name it", "snf_privileges", required=True),
        Column("expires_on", "date", "First day it is no longer valid; empty means never", "2028-01-01"),
    ),
)

PARTICIPATIONS = TableSpec(
    "participations",
    "Insurance that a provider accepts",
    ("provider_id", "insurance_id"),
    (
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("insurance_id", "text", "Plan", "MEDICARE", required=True, refers_to="insurances"),
        Column("starts_on", "date", "First day in the network; empty means always", "2020-03-01"),
        Column("ends_on", "date", "First day out of the network; empty means never", "2028-01-01"),
        Column("accepting_new", "boolean", "Whether new patients of it are taken", "true", default=True),
    ),
)

ABSENCES = TableSpec(
    "absences",
    "Leave and vacation of providers",
    ("provider_id", "starts_on"),
    (
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("starts_on", "date", "First day away", "2026-12-01", required=True),
        Column("ends_on", "date", "First day back; empty means open-ended", "2027-02-01"),
        Column("reason", "text", "Reason", "parental leave"),
    ),
)

PATIENTS = TableSpec(
    "patients",
    "People who need a provider",
    ("patient_id",),
    (
        Column("patient_id", "text", "Stable id", "A100", required=True),
        Column("name", "text", "Name shown to people", "Maria Silva"),
        Column("birth_date", "date", "Date of birth", "1948-05-17"),
        Column("sex", "text", "Administrative sex", "female"),
        _active(),
        Column("practice_id", "text", "Practice; the facility's where empty", "PR1", refers_to="practices"),
        Column("facility_id", "text", "Facility where the patient is seen", "F1", refers_to="facilities"),
        Column("region", "text", "Region; the facility's where empty", "MA-C"),
        *_place("the home"),
        Column("language", "text", "Preferred language", "en"),
        Column("acuity", "integer", "1 (well) to 5 (most complex)", "2", default=1, least=1),
        Column("needs", "list", "Specialties the patient needs (NUCC codes)", "207Q00000X"),
        Column("programs", "list", "Programs the patient is enrolled in", "CCM", refers_to="programs"),
        Column(
            "insurances",
            "list",
            "Insurance plans, first payer first",
            "MEDICARE|AETNA",
            refers_to="insurances",
        ),
        Column("household_id", "text", "Patients with the same value stay together", "H7"),
        Column(
            "panel_weight", "number", "How much of a panel the patient takes", "1.0", default=1.0, least=0
        ),
        Column("visits_per_month", "number", "Expected visits a month", "1.5", default=1.0, least=0),
        Column(
            "minutes_per_visit", "number", "Length of a visit, without travel", "30", default=30.0, least=0
        ),
        Column("requested_provider_id", "text", "Provider asked for", "P1", refers_to="providers"),
        Column("transition_until", "date", "End of an open transition of care", "2026-12-20"),
        Column("tenure_months", "integer", "Months with the present provider", "26", default=0, least=0),
    ),
)

ASSIGNMENTS = TableSpec(
    "assignments",
    "Who is responsible for whom, and since when",
    ("kind", "patient_id", "facility_id", "covers_provider_id", "level", "role", "starts_on"),
    (
        Column(
            "kind",
            "text",
            "patient (explicit), facility (default of a facility), coverage (stands in for somebody)",
            "patient",
            default="patient",
            choices=("patient", "facility", "coverage"),
        ),
        Column("patient_id", "text", "Patient; of coverage: only this one", "A100", refers_to="patients"),
        Column("facility_id", "text", "Facility; of coverage: only there", "F1", refers_to="facilities"),
        Column("covers_provider_id", "text", "Coverage: who is stood in for", "P2", refers_to="providers"),
        Column("level", "text", "primary, program:ID or specialty:CODE", "primary", default="primary"),
        Column("role", "text", "Role that is filled", "physician", default="physician"),
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("starts_on", "date", "First day", "2024-02-01", required=True),
        Column("ends_on", "date", "First day no longer; empty means open", "2027-01-01"),
        Column("temporary", "boolean", "Pending a decision", "false", default=False),
        Column("review_on", "date", "Day by which a temporary assignment is reviewed", "2026-12-31"),
        Column("reason", "text", "Why it was made", "onboarding"),
    ),
)

VISITS = TableSpec(
    "visits",
    "Scheduled visits",
    ("visit_id",),
    (
        Column("visit_id", "text", "Stable id", "V1", required=True),
        Column("patient_id", "text", "Patient", "A100", required=True, refers_to="patients"),
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("facility_id", "text", "Facility", "F1", refers_to="facilities"),
        Column("on", "date", "Day", "2026-12-03", required=True),
        Column("minutes", "number", "Length", "30", default=30.0, least=0),
    ),
)

GROUPS = TableSpec(
    "groups",
    "Pools of providers who share an office and a specialty",
    ("group_id",),
    (
        Column("group_id", "text", "Stable id", "G1", required=True),
        Column("name", "text", "Name shown to people", "Elm Street Family Medicine", required=True),
        Column("facility_id", "text", "Office", "F1", refers_to="facilities"),
        Column("specialty", "text", "Specialty (NUCC code)", "207Q00000X"),
        Column("members", "list", "Providers in the group", "P1|P2", refers_to="providers"),
    ),
)

PINS = TableSpec(
    "pins",
    "Pairs that a person has decided: pin (goes and stays here) or ban (never this pair)",
    ("patient_id", "provider_id", "level", "role"),
    (
        Column("patient_id", "text", "Patient", "A100", required=True, refers_to="patients"),
        Column("provider_id", "text", "Provider", "P1", required=True, refers_to="providers"),
        Column("kind", "text", "pin or ban", "pin", required=True, choices=("pin", "ban")),
        Column("level", "text", "primary, program:ID or specialty:CODE", "primary", default="primary"),
        Column("role", "text", "Role", "physician", default="physician"),
        Column("reason", "text", "Why", "family asked"),
    ),
)

TABLES: dict[str, TableSpec] = {
    table.name: table
    for table in (
        AGENCIES,
        PROGRAMS,
        PRACTICES,
        INSURANCES,
        FACILITIES,
        PROVIDERS,
        LICENSES,
        CREDENTIALS,
        PARTICIPATIONS,
        ABSENCES,
        PATIENTS,
        ASSIGNMENTS,
        VISITS,
        GROUPS,
        PINS,
    )
}
"""Every table by name, referenced tables before those that refer to them."""
