"""Every route with the permission it needs, and two practices full of what nobody else may see."""

from dataclasses import replace

import pyarrow as pa

from api.access import ROLES, Principal
from api.authentication import ApiKey, digest_of
from api.jobs.wish import ProposalWish, WishedScope, packed
from api.wiring import jobs_of, rules_of, webhooks_of
from data.finding import FINDINGS, FindingsRun
from data.job import Job
from data.plan import LOADS, Plan
from data.review import HANDED_OVER, Consent, Rejection
from data.scope import Scope
from data.slot import Slot
from data.webhook import Subscription
from tests.api.service import DAY, NOON
from tests.data import samples

ANYBODY = None
UPLOAD = {"files": [("files", ("agencies.csv", b"agency_id,name\nAG9,Nine\n"))]}

WAIVER = {"rule": "within-reach", "reason": "the family drives", "until": "2027-01-15"}
WAIVER_OF = """
apiVersion: rules/v1
kind: Waiver
metadata: {{name: {name}}}
spec:
  {{rule: within-reach, patient: {patient}, reason: r, requestedBy: eve, from: 2026-12-01, until: 2027-01-15}}
"""

ROUTES = {
    # route: permission, address, what is sent, and an address or body that reaches into the other practice
    "GET /healthz": (ANYBODY, "/healthz", {}, None),
    "GET /readyz": (ANYBODY, "/readyz", {}, None),
    "GET /metrics": ("read_audit", "/metrics", {}, None),
    "GET /status": ("read", "/status", {}, None),
    "GET /overview": ("read", "/overview", {}, None),
    "GET /tables": ("read", "/tables", {}, None),
    "GET /tables/{table}": ("read", "/tables/patients", {}, None),
    "GET /tables/{table}/{key}": ("read", "/tables/patients/A1", {}, ("/tables/patients/B1", {})),
    "POST /tables/{table}": (
        "provision",
        "/tables/agencies",
        {"json": [{"agency_id": "AG8", "name": "Eight"}]},
        None,
    ),
    "POST /tables/{table}/remove": (
        "provision",
        "/tables/agencies/remove",
        {"json": {"keys": ["AG5"]}},
        None,
    ),
    "PUT /tables/{table}/{key}": ("provision", "/tables/agencies/AG7", {"json": {"name": "Seven"}}, None),
    "DELETE /tables/{table}/{key}": ("provision", "/tables/agencies/AG6", {}, None),
    "POST /imports": ("provision", "/imports", UPLOAD, None),
    "GET /gaps": ("read", "/gaps", {}, ("/gaps?practice=PR2", {})),
    "GET /gaps/patients": ("read", "/gaps/patients", {}, ("/gaps/patients?practice=PR2", {})),
    "POST /gaps/fix": (
        "commit",
        "/gaps/fix",
        {"json": {"policy": {}}},
        ("/gaps/fix", {"json": {"policy": {"practices": ["PR2"]}}}),
    ),
    "GET /capacities": ("read", "/capacities", {}, None),
    "GET /providers/{provider_id}/capacity": (
        "read",
        "/providers/P1/capacity",
        {},
        ("/providers/P2/capacity", {}),
    ),
    "GET /providers/{provider_id}/panel": (
        "read",
        "/providers/P1/panel",
        {},
        ("/providers/P2/panel", {}),
    ),
    "GET /patients/{patient_id}/provider": (
        "read",
        "/patients/A1/provider",
        {},
        ("/patients/B1/provider", {}),
    ),
    "GET /reports/{name}": ("read", "/reports/assignments", {}, None),
    "GET /rules": ("read", "/rules", {}, None),
    "POST /rules/check": ("read", "/rules/check", {"json": {"documents": {"a.yaml": ""}}}, None),
    "POST /rules/test": ("read", "/rules/test", {"json": {"documents": {"a.yaml": ""}}}, None),
    "GET /rules/why": (
        "read",
        "/rules/why?patient=A1&provider=P1",
        {},
        ("/rules/why?patient=B1&provider=P2", {}),
    ),
    "GET /rules/audit": ("read", "/rules/audit", {}, None),
    "GET /findings": ("read", "/findings", {}, None),
    "POST /findings/runs": (
        "propose",
        "/findings/runs",
        {},
        ("/findings/runs", {"json": {"scope": {"practices": ["PR2"]}}}),
    ),
    "GET /findings/runs": ("read", "/findings/runs", {}, None),
    "GET /findings/runs/{run_id}": ("read", "/findings/runs/1", {}, None),
    "GET /waivers": ("read", "/waivers", {}, None),
    "POST /waivers": (
        "propose",
        "/waivers",
        {"json": WAIVER | {"patient": "A1"}},
        ("/waivers", {"json": WAIVER | {"patient": "B1"}}),
    ),
    "POST /waivers/{name}/approve": ("read", "/waivers/no/approve", {}, ("/waivers/of-pr2/approve", {})),
    "POST /waivers/{name}/revoke": ("read", "/waivers/no/revoke", {}, ("/waivers/of-pr2/revoke", {})),
    "GET /rules/versions": ("read", "/rules/versions", {}, None),
    "POST /rules/versions": ("provision", "/rules/versions", {"json": {"reason": "r"}}, None),
    "POST /rules/versions/{name}/restore": (
        "provision",
        "/rules/versions/in-force/restore",
        {"json": {"reason": "r"}},
        None,
    ),
    "GET /rules/versions/{name}": ("read", "/rules/versions/in-force", {}, None),
    "GET /rules/diff": ("read", "/rules/diff?old=in-force", {}, None),
    "POST /rules/comparisons": (
        "propose",
        "/rules/comparisons",
        {"json": {}},
        None,
    ),
    "GET /adequacy": ("read", "/adequacy", {}, None),
    "GET /attribution": ("read", "/attribution", {}, None),
    "GET /candidates": ("read", "/candidates?patient=A1", {}, ("/candidates?patient=B1", {})),
    "POST /proposals": (
        "propose",
        "/proposals",
        {"json": {"preset": "fill_gaps"}},
        ("/proposals", {"json": {"preset": "fill_gaps", "scope": {"practices": ["PR2"]}}}),
    ),
    "GET /comparisons": (
        "read",
        "/comparisons?plan=plan-PR1&plan=plan-PR1",
        {},
        ("/comparisons?plan=plan-PR2&plan=plan-PR2", {}),
    ),
    "POST /plans/{plan_id}/rebase": (
        "propose",
        "/plans/plan-PR1/rebase",
        {"json": {"leaving": ["P1"]}},
        ("/plans/plan-PR2/rebase", {"json": {"leaving": ["P2"]}}),
    ),
    "POST /plans/{plan_id}/explanations": (
        "propose",
        "/plans/plan-PR1/explanations",
        {},
        ("/plans/plan-PR2/explanations", {}),
    ),
    "POST /resilience": (
        "propose",
        "/resilience",
        {"json": {}},
        ("/resilience", {"json": {"scope": {"practices": ["PR2"]}}}),
    ),
    "POST /tradeoffs": (
        "propose",
        "/tradeoffs",
        {"json": {}},
        ("/tradeoffs", {"json": {"scope": {"practices": ["PR2"]}}}),
    ),
    "GET /jobs": ("read", "/jobs", {}, None),
    "GET /jobs/{job_id}": ("read", "/jobs/job-PR1", {}, ("/jobs/job-PR2", {})),
    "GET /jobs/{job_id}/events": ("read", "/jobs/job-PR1/events", {}, ("/jobs/job-PR2/events", {})),
    "POST /jobs/{job_id}/cancel": ("propose", "/jobs/job-PR1/cancel", {}, ("/jobs/job-PR2/cancel", {})),
    "GET /plans": ("read", "/plans", {}, None),
    "GET /plans/{plan_id}": ("read", "/plans/plan-PR1", {}, ("/plans/plan-PR2", {})),
    "GET /plans/{plan_id}/export": (
        "read",
        "/plans/plan-PR1/export?format=json",
        {},
        ("/plans/plan-PR2/export?format=json", {}),
    ),
    "GET /plans/{plan_id}/{part}": ("read", "/plans/plan-PR1/moves", {}, ("/plans/plan-PR2/moves", {})),
    "POST /plans/{plan_id}/commit": (
        "commit",
        "/plans/plan-PR1/commit",
        {},
        ("/plans/plan-PR2/commit", {}),
    ),
    "POST /plans/{plan_id}/revert": (
        "commit",
        "/plans/plan-PR1/revert",
        {},
        ("/plans/plan-PR2/revert", {}),
    ),
    "POST /plans/{plan_id}/moves/reject": (
        "propose",
        "/plans/plan-PR1/moves/reject",
        {"json": {"patients": ["A3"], "reason": "r"}},
        ("/plans/plan-PR2/moves/reject", {"json": {"patients": ["B2"], "reason": "r"}}),
    ),
    "POST /plans/{plan_id}/moves/retarget": (
        "propose",
        "/plans/plan-PR1/moves/retarget",
        {"json": {"patients": ["A3"], "to_provider_id": "P1", "reason": "r"}},
        (
            "/plans/plan-PR2/moves/retarget",
            {"json": {"patients": ["B2"], "to_provider_id": "P2", "reason": "r"}},
        ),
    ),
    "POST /plans/{plan_id}/moves/settle": (
        "propose",
        "/plans/plan-PR1/moves/settle",
        {},
        ("/plans/plan-PR2/moves/settle", {}),
    ),
    "GET /plans/{plan_id}/consents": (
        "read",
        "/plans/waits-PR1/consents",
        {},
        ("/plans/waits-PR2/consents", {}),
    ),
    "POST /plans/{plan_id}/submit": (
        "propose",
        "/plans/waits-PR1/submit",
        {},
        ("/plans/waits-PR2/submit", {}),
    ),
    "POST /plans/{plan_id}/approve": (
        "approve",
        "/plans/waits-PR1/approve",
        {},
        ("/plans/waits-PR2/approve", {}),
    ),
    "POST /plans/{plan_id}/reject": (
        "reject",
        "/plans/tried-PR1/reject",
        {"json": {"reason": "r"}},
        ("/plans/tried-PR2/reject", {"json": {"reason": "r"}}),
    ),
    "GET /consents": ("read", "/consents", {}, None),
    "GET /consents/{plan_id}/moves": (
        "read",
        "/consents/waits-PR1/moves?agency=AG1&practice=PR1",
        {},
        ("/consents/waits-PR2/moves?agency=AG2&practice=PR2", {}),
    ),
    "POST /consents/{plan_id}/accept": (
        "accept",
        "/consents/waits-PR1/accept",
        {},
        ("/consents/waits-PR2/accept", {}),
    ),
    "POST /consents/{plan_id}/decline": (
        "accept",
        "/consents/waits-PR1/decline",
        {},
        ("/consents/waits-PR2/decline", {}),
    ),
    "GET /rejections": ("read", "/rejections?revoked=true", {}, None),
    "POST /rejections/{rejection_id}/revoke": (
        "propose",
        "/rejections/1/revoke",
        {},
        ("/rejections/2/revoke", {}),
    ),
    "GET /activations": ("read", "/activations", {}, None),
    "POST /activations": ("commit", "/activations", {}, None),
    "GET /providers/{provider_id}/departure-check": (
        "read",
        "/providers/P1/departure-check",
        {},
        ("/providers/P2/departure-check", {}),
    ),
    "POST /providers/{provider_id}/deactivate": (
        "provision",
        "/providers/P1/deactivate",
        {"json": {"reason": "r"}},
        ("/providers/P2/deactivate", {"json": {"reason": "r"}}),
    ),
    "POST /coverages": (
        "propose",
        "/coverages",
        {
            "json": {
                "covers": "P1",
                "by": "P1",
                "starts_on": "2026-12-02",
                "ends_on": "2026-12-09",
                "reason": "r",
            }
        },
        (
            "/coverages",
            {
                "json": {
                    "covers": "P2",
                    "by": "P2",
                    "starts_on": "2026-12-02",
                    "ends_on": "2026-12-09",
                    "reason": "r",
                }
            },
        ),
    ),
    "POST /temporaries": (
        "propose",
        "/temporaries",
        {"json": {"patient": "A1", "provider": "P1", "review_on": "2026-12-20", "reason": "r"}},
        (
            "/temporaries",
            {"json": {"patient": "B1", "provider": "P2", "review_on": "2026-12-20", "reason": "r"}},
        ),
    ),
    "GET /visits/with-others": ("read", "/visits/with-others", {}, None),
    "GET /fhir": ("read", "/fhir", {}, None),
    "GET /fhir/{kind}": ("read", "/fhir/Patient", {}, None),
    "GET /plans/{plan_id}/fhir/{form}": (
        "read",
        "/plans/plan-PR1/fhir/transactions",
        {},
        ("/plans/plan-PR2/fhir/groups", {}),
    ),
    "GET /history": ("read", "/history?patient=A1", {}, ("/history?patient=B1", {})),
    "GET /audit": ("read_audit", "/audit", {}, None),
    "GET /webhooks": ("provision", "/webhooks", {}, None),
    "POST /webhooks": ("provision", "/webhooks", {"json": {"url": "https://example.org/"}}, None),
    "GET /webhooks/{webhook_id}": ("provision", "/webhooks/wh-1", {}, None),
    "POST /webhooks/{webhook_id}/pause": ("provision", "/webhooks/wh-1/pause", {}, None),
    "POST /webhooks/{webhook_id}/resume": ("provision", "/webhooks/wh-1/resume", {}, None),
    "POST /webhooks/{webhook_id}/rotate": ("provision", "/webhooks/wh-1/rotate", {}, None),
    "POST /webhooks/{webhook_id}/retire": ("provision", "/webhooks/wh-1/retire", {}, None),
    "DELETE /webhooks/{webhook_id}": ("provision", "/webhooks/wh-2", {}, None),
    "GET /deliveries": ("provision", "/deliveries", {}, None),
    "GET /deliveries/{delivery_id}": ("provision", "/deliveries/1", {}, None),
    "POST /deliveries/{delivery_id}/resend": ("provision", "/deliveries/1/resend", {}, None),
}
FOREIGN = r"\b(?:B1|B2|B3|P2|P3|F2|PR2|AG2)\b"
"""Ids of the other practice: none may appear in any answer."""


def pw(role, practice=""):
    return f"pw_{role}_{practice}"


def keys():
    """A key for every role, everywhere and confined to each practice."""
    for role in ROLES:
        for practice in ("", "PR1", "PR2"):
            credential = pw(role, practice)
            yield ApiKey(
                sha256=digest_of(credential),
                actor=credential,
                roles=(role,),
                practices=(practice,) if practice else (),
                everywhere=not practice,
            )


def plan_of(practice):
    """A plan for one patient of the practice."""
    patient, provider = {"PR1": ("A3", "P1"), "PR2": ("B2", "P2")}[practice]
    given = samples.open_statement(patient, provider)
    plan = samples.plan_of(f"plan-{practice}", given, scope=Scope(practices=(practice,)), as_of=DAY)
    loads = [{"limit_id": "panel", "provider_id": each} for each in ("P1", "P2")]
    return Plan(plan.header, {**plan.tables, "loads": pa.Table.from_pylist(loads, schema=LOADS)})


def review_of(store, practice):
    """Of the practice: a plan that waits for both kinds of consent, a rejected pair of a revised plan."""
    patient, provider = {"PR1": ("A1", "P1"), "PR2": ("B1", "P2")}[practice]
    for name in ("waits", "tried"):
        store.save_plan(plan_of(practice).renamed(plan_id=f"{name}-{practice}"), "ready", NOON)
    moves = [{"patient_id": patient, "to_provider_id": provider}]
    asked = Consent(f"waits-{practice}", "approval", ("large",), "eve", NOON)
    agency = practice.replace("PR", "AG")
    table = pa.Table.from_pylist(moves, schema=HANDED_OVER)
    party = replace(asked, kind="acceptance", agency_id=agency, practice_id=practice, moves=table)
    store.ask_consents([asked, party], "eve", NOON)
    revised = plan_of(practice).renamed(plan_id=f"kept-{practice}", revises=f"tried-{practice}")
    pair = Rejection(patient, provider, Slot(), "family", f"tried-{practice}", "eve", NOON)
    store.revise_plan(revised, [pair], NOON)


def job_of(practice):
    wish = ProposalWish(as_of=DAY, effective_on=DAY, scope=WishedScope(practices=(practice,)))
    who = Principal("ann", frozenset({"planner"}), frozenset({practice}))
    return Job(f"job-{practice}", "propose", "ann", packed(wish, who), NOON, NOON, state="failed")


def run_of_both():
    """A run of the findings with rows of both practices, and one that names nobody."""
    whom = [
        ("A1", "P1", None),
        ("B1", "P2", None),
        (None, "P3", None),
        (None, None, "F2"),
        (None, None, None),
    ]
    names = ("patient_id", "provider_id", "facility_id")
    rows = [{"code": "X", "severity": "info", **dict(zip(names, each, strict=True))} for each in whom]
    table = pa.Table.from_pylist(rows, schema=FINDINGS)
    return FindingsRun(0, NOON, "eve", DAY, Slot(), 1, "aa", 5, table)


def furnish(store):
    """A plan, a job, a review and what else there is, in each of the two practices."""
    for practice in ("PR1", "PR2"):
        store.save_plan(plan_of(practice), "ready", NOON, store.snapshot(DAY))
        jobs_of(store).add_job(job_of(practice))
        review_of(store, practice)
        rules_of(store).keep_run(run_of_both())
    for name in ("wh-1", "wh-2"):
        webhooks_of(store).add_subscription(Subscription(name, "https://e.org/", (), "sealed", NOON, "eve"))
