"""What findings can be about: one record for each scope, one row for each subject.

Rows are made in bulk by `api.workflow.facts`; expressions read them under the scope's name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One field; types as in `rules.environment.Field`. One that is not `given` may be empty."""

    name: str
    type: str
    about: str
    given: bool = False


@dataclass(frozen=True)
class Scope:
    """One kind of subject: name of its record, its fields, and those that name one subject for good."""

    record: str
    about: str
    subject: tuple[str, ...]
    fields: tuple[Fact, ...]


def _given(name: str, kind: str, about: str) -> Fact:
    return Fact(name, kind, about, given=True)


_PROVIDER = (
    _given("provider_id", "string", "Provider"),
    _given("provider_name", "string", "Name of the provider"),
    _given("at_work", "bool", "Whether the provider is active and employed on as_of"),
    _given("patients", "int", "Patients who are assigned to the provider in the slot"),
)

SCOPES: dict[str, Scope] = {
    "patient": Scope(
        "PatientFact",
        "A patient who needs the slot filled",
        ("patient_id",),
        (
            _given("patient_id", "string", "Patient"),
            Fact("name", "string", "Name"),
            Fact("practice_id", "string", "Practice; the facility's where empty"),
            Fact("agency_id", "string", "Agency of that practice"),
            Fact("provider_agency_id", "string", "Agency of who is responsible"),
            Fact("last_visit_on", "timestamp", "Last visit before as_of, with anybody"),
            Fact("next_visit_on", "timestamp", "Next visit from as_of on, with anybody"),
            Fact("facility_id", "string", "Facility"),
            _given("acuity", "int", "1 (well) to 5"),
            Fact("transition_until", "timestamp", "End of an open transition of care"),
            Fact("provider_id", "string", "Who is responsible, also where no longer there"),
            _given("gap", "string", "Empty, or as panelwise gaps names it: NOBODY, ORPHANED_CASELOAD, ..."),
            Fact("gap_on", "timestamp", "Since when, or from when"),
            Fact("miles", "double", "Miles to the provider's base, to a tenth"),
            Fact("max_miles", "double", "Farthest patient of that provider"),
            _given("from_facility", "bool", "Whether the provider is the facility's default"),
        ),
    ),
    "provider": Scope(
        "ProviderFact",
        "A provider",
        ("provider_id",),
        (
            *_PROVIDER,
            _given("active", "bool", "Whether active"),
            _given("approved", "bool", "Whether the profile is approved"),
            Fact("practice_id", "string", "Home practice"),
            _given("panel_status", "string", "new, existing_only or closed"),
            Fact("starts_on", "timestamp", "First day of work"),
            Fact("ends_on", "timestamp", "First day no longer there"),
            _given("away", "bool", "Whether absent on as_of"),
            _given("groups", "int", "Groups in which the provider is"),
            _given("facilities", "int", "Facilities that have the provider as their default"),
            _given("visits", "int", "Visits that are scheduled from as_of on"),
            _given("licenses", "int", "Licenses that are valid on as_of"),
        ),
    ),
    "load": Scope(
        "LoadFact",
        "A provider's use of one limit",
        ("provider_id", "limit_id"),
        (
            *_PROVIDER,
            _given("limit_id", "string", "Limit"),
            _given("title", "string", "Name of the limit"),
            _given("unit", "string", "Unit"),
            _given("used", "double", "Used today"),
            Fact("target", "double", "Soft target"),
            Fact("maximum", "double", "Most"),
        ),
    ),
    "license": Scope(
        "LicenseFact",
        "A license of a provider",
        ("provider_id", "state", "type"),
        (
            *_PROVIDER,
            _given("state", "string", "State"),
            _given("type", "string", "Type"),
            Fact("expires_on", "timestamp", "First day it is no longer valid"),
        ),
    ),
    "credential": Scope(
        "CredentialFact",
        "A credential of a provider",
        ("provider_id", "credential"),
        (
            *_PROVIDER,
            _given("credential", "string", "Credential"),
            Fact("expires_on", "timestamp", "First day it is no longer valid"),
        ),
    ),
    "participation": Scope(
        "ParticipationFact",
        "Insurance that a provider accepts",
        ("provider_id", "insurance_id"),
        (
            *_PROVIDER,
            _given("insurance_id", "string", "Plan"),
            Fact("ends_on", "timestamp", "First day out of the network"),
            _given("accepting_new", "bool", "Whether new patients of it are taken"),
        ),
    ),
    "insurance": Scope(
        "InsuranceFact",
        "An insurance plan",
        ("insurance_id",),
        (
            _given("insurance_id", "string", "Plan"),
            _given("name", "string", "Name"),
            Fact("reviewed_on", "timestamp", "Day on which its participations were last reviewed"),
            _given("providers", "int", "Providers who accept it"),
        ),
    ),
    "facility": Scope(
        "FacilityFact",
        "A facility",
        ("facility_id",),
        (
            _given("facility_id", "string", "Facility"),
            _given("name", "string", "Name"),
            _given("type", "string", "Kind of facility"),
            Fact("practice_id", "string", "Practice"),
            _given("active", "bool", "Whether active"),
            Fact("opens_on", "timestamp", "First day of service"),
            Fact("closes_on", "timestamp", "First day without service"),
            _given("patients", "int", "Patients who are seen there and need the slot filled"),
            _given("uncovered", "int", "Those of them who have nobody at work"),
            Fact("provider_id", "string", "Default provider"),
        ),
    ),
    "group": Scope(
        "GroupFact",
        "A pool of providers",
        ("group_id",),
        (
            _given("group_id", "string", "Group"),
            _given("name", "string", "Name"),
            Fact("facility_id", "string", "Office"),
            _given("members", "int", "Providers in the group"),
            _given("working", "int", "Those of them who are at work"),
        ),
    ),
    "coverage": Scope(
        "CoverageFact",
        "Coverage that holds on as_of or later",
        ("provider_id", "covers_provider_id", "patient_id", "facility_id", "starts_on"),
        (
            *_PROVIDER,
            _given("covers_provider_id", "string", "Who is stood in for"),
            Fact("patient_id", "string", "Only this patient"),
            Fact("facility_id", "string", "Only this facility"),
            _given("starts_on", "timestamp", "First day"),
            Fact("ends_on", "timestamp", "First day no longer"),
            _given("away", "bool", "Whether the stand-in is absent on a day of it"),
            _given("leaves", "bool", "Whether the stand-in is inactive or leaves before it ends"),
            _given("chained", "bool", "Whether somebody stands in for the stand-in on a day of it"),
            _given("too_short", "bool", "Whether who is stood in for is still away, or gone, when it ends"),
            _given("unlicensed", "int", "Patients in states where the stand-in has no valid license"),
        ),
    ),
    "absence": Scope(
        "AbsenceFact",
        "An absence of a provider that holds on as_of or later",
        ("provider_id", "starts_on"),
        (
            *_PROVIDER,
            _given("starts_on", "timestamp", "First day away"),
            Fact("ends_on", "timestamp", "First day back"),
            Fact("reason", "string", "Reason"),
            _given("covered", "bool", "Whether one coverage of all patients lasts as long"),
        ),
    ),
    "waiver": Scope(
        "WaiverFact",
        "An exception to a rule, requested, in force or over",
        ("waiver_id",),
        (
            _given("waiver_id", "string", "Waiver"),
            _given("state", "string", "requested, upcoming, in force, expired or revoked"),
            _given("rule", "string", "Rule that is waived"),
            Fact("patient_id", "string", "Patient it is about; empty: any"),
            Fact("provider_id", "string", "Provider it is about; empty: any"),
            _given("reason", "string", "Why"),
            _given("requested_by", "string", "Who asked for it"),
            Fact("requested_on", "timestamp", "Day on which it was asked for"),
            _given("starts_on", "timestamp", "First day"),
            _given("until", "timestamp", "First day no longer"),
            _given("relying", "int", "Standing assignments that break the rule and that it is about"),
        ),
    ),
    "assignment": Scope(
        "AssignmentFact",
        "An assignment in force, of a patient or as a facility's default",
        ("kind", "patient_id", "facility_id", "starts_on"),
        (
            _given("kind", "string", "patient or facility"),
            Fact("patient_id", "string", "Patient"),
            Fact("facility_id", "string", "Facility"),
            _given("provider_id", "string", "Provider"),
            _given("starts_on", "timestamp", "First day"),
            Fact("ends_on", "timestamp", "First day no longer"),
            _given("temporary", "bool", "Pending a decision"),
            Fact("review_on", "timestamp", "Day by which it is reviewed"),
            Fact("reason", "string", "Why it was made"),
        ),
    ),
    "visit": Scope(
        "VisitFact",
        "A visit that is scheduled from as_of on",
        ("visit_id",),
        (
            _given("visit_id", "string", "Visit"),
            _given("patient_id", "string", "Patient"),
            _given("provider_id", "string", "Provider of the visit"),
            Fact("owner_id", "string", "Who is responsible for the patient"),
            _given("day", "timestamp", "Day of the visit"),
            _given("at_work", "bool", "Whether the visit's provider is active and employed on that day"),
        ),
    ),
}
"""Every scope by name."""
