"""How long it takes to evaluate the core rules over every pair."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.eligibility import Eligibility
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import standing
from data.synthetic import generate
from data.synthetic.providers import PATIENTS_PER_PROVIDER
from rules.compiler import CompiledRules, compile_rules
from rules.documents import parse
from rules.evaluator import evaluate
from rules.packs import pack_text
from rules.validate import Validator
from tests.benchmarks.benchmark import (
    AS_OF,
    Benchmark,
    Figures,
    Stopwatch,
    read_snapshot,
    sliced,
    write_snapshot,
)

SLOT = Slot()
COMPARED = 300
SAMPLED_PATIENTS, SAMPLED_PROVIDERS = 50, 200


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--providers", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rules",
        type=int,
        default=7,
        help="so many rules about pairs, as in the target; 0: the whole core pack with its limits",
    )


def prepare(chosen: Namespace, directory: Path) -> None:
    """So many of each: the generator gives one provider for so many patients, the rest is cut off.

    Patients are numbered at random, so that the first ones are spread over all places.
    """
    drawn = max(chosen.patients, chosen.providers * PATIENTS_PER_PROVIDER)
    snapshot = generate(drawn, chosen.seed, AS_OF).snapshot
    patients = sliced(snapshot.patients, chosen.patients)
    write_snapshot(snapshot.with_tables(patients=patients), directory)


def core(count: int) -> CompiledRules:
    """The first rules of the core pack that look at both sides; all of it, with limits, where count is 0."""
    whole = compile_rules(parse(pack_text("core")))
    if not count:
        return whole
    pairs = tuple(each for each in whole.rules if each.rule.scope == "pair")[:count]
    return replace(whole, rules=pairs, limits=())


def bulk(chosen: Namespace, directory: Path) -> Figures:
    """All rules and limits over all pairs, from the compiled rules to the arcs; then a sample is compared."""
    snapshot, rules = read_snapshot(directory), core(chosen.rules)
    watch = Stopwatch()
    eligibility = evaluate(rules, snapshot, SLOT, standing(snapshot, SLOT).owner)
    spent = watch.figures()
    pairs = snapshot.patients.num_rows * snapshot.providers.num_rows
    return spent | {
        "rules": len(rules.rules),
        "rule-pairs": pairs * len(rules.rules),
        "rows": len(eligibility.indptr) - 1,
        "arcs": eligibility.arcs,
        "mismatches": mismatches(rules, snapshot, eligibility, chosen.seed),
    }


def mismatches(rules: CompiledRules, snapshot: Snapshot, eligibility: Eligibility, seed: int) -> int:
    """Of a sample of pairs, half of them arcs: how often the single-pair path says otherwise."""
    rng = np.random.default_rng(seed)
    validator = Validator(rules, snapshot, SLOT)
    wrong = 0
    for patient in rng.integers(0, snapshot.patients.num_rows, COMPARED):
        row = eligibility.row[patient]
        eligible = eligibility.provider[eligibility.indptr[row] : eligibility.indptr[row + 1]]
        providers = [int(rng.integers(0, snapshot.providers.num_rows)), *eligible[:1]]
        name = snapshot.patients["patient_id"][int(patient)].as_py()
        for provider in providers:
            verdict = validator.validate(name, snapshot.provider_ids[provider])
            wrong += verdict.allowed != (provider in eligible)
    return wrong


def pair_by_pair(chosen: Namespace, directory: Path) -> Figures:
    """The same rules with their reasons, one pair at a time: some patients with some providers each.

    The seconds are what all pairs would take.
    """
    snapshot, rules = read_snapshot(directory), core(chosen.rules)
    rng = np.random.default_rng(chosen.seed)
    patients = rng.choice(snapshot.patients.num_rows, SAMPLED_PATIENTS, replace=False)
    providers = rng.choice(
        snapshot.providers.num_rows, min(SAMPLED_PROVIDERS, snapshot.providers.num_rows), replace=False
    )
    patient_ids = [snapshot.patients["patient_id"][int(row)].as_py() for row in patients]
    provider_ids = [snapshot.provider_ids[row] for row in providers]
    validator = Validator(rules, snapshot, SLOT)
    for provider in provider_ids:  # a run over all pairs would have these records ready, too
        validator.validate(patient_ids[0], provider)
    watch = Stopwatch()
    allowed = sum(
        validator.validate(patient, provider).allowed for patient in patient_ids for provider in provider_ids
    )
    sampled = len(patient_ids) * len(provider_ids)
    every = snapshot.patients.num_rows * snapshot.providers.num_rows
    spent = watch.figures()
    return {name: value / sampled * every for name, value in spent.items()} | {
        "microseconds a pair": spent["seconds"] / sampled * 1e6,
        "sampled pairs": sampled,
        "allowed": allowed,
    }


BENCHMARK = Benchmark(
    about="The core rules over every pair of patient and provider, in bulk and (extrapolated) pair by pair.",
    options=options,
    prepare=prepare,
    cases={"bulk": bulk, "pair-by-pair": pair_by_pair},
    compared=("seconds", "cpu seconds"),
    targets={"bulk": {"seconds": 10, "peak_mb": 2000, "mismatches": 0}},
)
