"""What one list of candidates with its reasons takes, without HTTP."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.routes.answer import answer
from api.workflow.decide import Rulebook
from api.workflow.explain import why_not_in
from api.workflow.view import View
from data.slot import Slot
from data.snapshot import Snapshot
from data.synthetic import generate
from data.synthetic.providers import PATIENTS_PER_PROVIDER
from rules.alone import Alone
from rules.evaluator import evaluation
from rules.packs import PACKS, pack_text
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch, read_snapshot, write_snapshot
from tests.benchmarks.load import first_patients

LISTED = 100
"""Candidates on a page."""

SAMPLED = 40
"""Patients for whom the alternative is asked, and for whom the answers are compared."""


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--providers", type=int, default=5_000)
    parser.add_argument("--before", type=int, default=1_000, help="lists that were asked for before")
    parser.add_argument("--lists", type=int, default=1_000, help="lists that are measured")
    parser.add_argument("--seed", type=int, default=1)


def prepare(chosen: Namespace, directory: Path) -> None:
    """A population with so many providers, cut off after so many patients."""
    whole = generate(max(chosen.patients, chosen.providers * PATIENTS_PER_PROVIDER), chosen.seed, AS_OF)
    write_snapshot(first_patients(whole.snapshot, chosen.patients), directory)


class BulkView(View):
    """A view that evaluates the rules anew for every patient who is asked about."""

    def alone(self, patient: int) -> Alone:
        """The rules' word on one patient (a row of the snapshot) with every provider."""
        some = self.snapshot.with_tables(patients=self.snapshot.patients.slice(patient, 1).combine_chunks())
        owner = np.array([self.held.owner[patient]], np.int32)
        found = evaluation(self.rulebook.compiled, some, self.slot, owner)
        return Alone(found.eligibility, found.why_not(0))


def view_of(directory: Path, kind: type[View]) -> View:
    """The primary physicians, with the packs' rules; what is counted of everybody is at hand."""
    book = Rulebook.of({file: text for name in PACKS for file, text in pack_text(name).items()})
    view = kind(read_snapshot(directory), book, Slot())
    assert view.room is not None
    return view


def drawn(snapshot: Snapshot, count: int, seed: int) -> list[str]:
    """Patients at random; some may come again."""
    rows = np.random.default_rng(seed).integers(0, snapshot.patients.num_rows, count)
    names: list[str] = snapshot.patients["patient_id"].take(pa.array(rows)).to_pylist()
    return names


def measured(ask: Callable[[str], bytes], patients: Sequence[str]) -> Figures:
    """Time for all lists, and what one of them takes."""
    watch = Stopwatch()
    size = sum(len(ask(each)) for each in patients)
    spent = watch.figures()
    return spent | {
        "lists": len(patients),
        "cpu ms a list": spent["cpu seconds"] / len(patients) * 1000,
        "bytes a list": size / len(patients),
    }


def page(view: View, patient: str) -> bytes:
    """The answer of the service."""
    return bytes(answer(why_not_in(view, patient, LISTED)).body)


def warm(chosen: Namespace, directory: Path) -> Figures:
    """The first list, some that are not counted, and those that are; then a sample is compared."""
    view = view_of(directory, View)
    patients = drawn(view.snapshot, chosen.before + chosen.lists, chosen.seed)
    first = measured(lambda each: page(view, each), patients[:1])
    for each in patients[1 : chosen.before]:
        page(view, each)
    found = measured(lambda each: page(view, each), patients[chosen.before :])
    bulk = view_of(directory, BulkView)
    return found | {
        "first list cpu ms": first["cpu ms a list"],
        "kept MB": view.kept_bytes / 1e6,
        "mismatches": sum(page(view, each) != page(bulk, each) for each in patients[-SAMPLED:]),
    }


def bulk(chosen: Namespace, directory: Path) -> Figures:
    """The same lists, with the rules evaluated in bulk over the one patient and all providers, each anew."""
    view = view_of(directory, BulkView)
    patients = drawn(view.snapshot, chosen.before + chosen.lists, chosen.seed)
    return measured(lambda each: page(view, each), patients[-SAMPLED:])


BENCHMARK = Benchmark(
    about="Lists of candidates with reasons: from what is kept, and by plain bulk evaluation.",
    options=options,
    prepare=prepare,
    cases={"candidates": warm, "bulk": bulk},
    compared=("cpu ms a list",),
    targets={"candidates": {"cpu ms a list": 8, "mismatches": 0}},
)
