import json
import math
from dataclasses import replace
from importlib import import_module
from itertools import product

import numpy as np
import pytest

from solver.params import Params
from solver.solve import solve
from solver.stage import nobody_placed
from solver.verify import evaluate, left_out, verify
from tests.benchmarks.__main__ import NAMES, main, parser_of
from tests.benchmarks.assignments import assignment
from tests.benchmarks.benchmark import Benchmark
from tests.benchmarks.cpsat import solve_plainly
from tests.benchmarks.gap import generated
from tests.benchmarks.greedy import least_loaded
from tests.benchmarks.measure import Spread, spread
from tests.benchmarks.plan import figures
from tests.benchmarks.report import number, ratios, table, verdicts
from tests.solver.tiny import tiny

SMALL = {
    "generate": ["--patients", "300"],
    "rules": ["--patients", "300", "--providers", "6"],
    "candidates": ["--patients", "300", "--providers", "6", "--before", "20", "--lists", "20"],
    "intake": ["--patients", "300"],
    "commit": ["--moves", "100"],
    "snapshot": ["--patients", "300"],
    "load": ["--patients", "300", "--providers", "6", "--rate", "60", "--seconds", "3", "--idle"],
    "plan": ["--patients", "100", "--seconds", "3"],
    "propose": ["--patients", "150", "--seconds", "2"],
    "sweep": ["--patients", "150", "--before", "1", "--seconds", "1"],
    "repair": ["--patients", "150", "--before", "1", "--seconds", "1"],
    "cancel": ["--patients", "150", "--seconds", "1", "--points", "2"],
}


def small(name, folder):
    """Arguments of a small run; instances of literature's problem are not at hand, so one is written."""
    if name != "gap":
        return SMALL[name]
    (folder / "instances").mkdir()
    # two agents, three jobs, every use 1, room for two each: best is 3 + 2 + 1
    (folder / "instances" / "tiny").write_text("2 3  4 2 7  3 5 1  1 1 1  1 1 1  2 2")
    (folder / "best.csv").write_text("instance,best_known\ntiny,6\n")
    best_known = str(folder / "best.csv")
    return ["--instances", str(folder / "instances"), "--best-known", best_known, "--seconds", "5"]


@pytest.mark.parametrize("name", NAMES)
def test_every_case_of_every_benchmark_gives_its_figures(name, tmp_path):
    benchmark: Benchmark = import_module(f"tests.benchmarks.{name}").BENCHMARK
    options = parser_of(name, benchmark).parse_args(small(name, tmp_path))
    benchmark.prepare(options, tmp_path)
    for case, run in benchmark.cases.items():
        figures = run(options, tmp_path)
        assert figures["seconds"] >= 0, case
        assert set(benchmark.targets.get(case, {})) <= {*figures, "peak_mb"}


def test_every_solver_reaches_the_best_known_value_of_a_tiny_instance(tmp_path):
    benchmark: Benchmark = import_module("tests.benchmarks.gap").BENCHMARK
    options = parser_of("gap", benchmark).parse_args(small("gap", tmp_path))
    benchmark.prepare(options, tmp_path)
    assert {case: run(options, tmp_path)["worst gap"] for case, run in benchmark.cases.items()} == {
        "panelwise": 0.0,
        "cpsat": 0.0,
        "highs": 0.0,
    }


def best_of_all_assignments(cost, use, capacity):
    every = np.array(list(product(range(len(cost)), repeat=cost.shape[1])))
    fits = [(use[p] * (every == p)).sum(axis=1) <= capacity[p] for p in range(len(cost))]
    return cost[every, np.arange(cost.shape[1])].sum(axis=1)[np.all(fits, axis=0)].min()


def test_generated_assignments_of_every_type_are_solved_as_trying_all_of_them_does(tmp_path):
    benchmark: Benchmark = import_module("tests.benchmarks.gap").BENCHMARK
    given = ["--generate", "abcde", "--sizes", "3x10", "--instance-seed", "4", "--seconds", "5"]
    chosen = parser_of("gap", benchmark).parse_args(given)
    benchmark.prepare(chosen, tmp_path)
    figures = benchmark.cases["panelwise"](chosen, tmp_path)
    bounds = {name: bound for name, _, bound in generated(chosen)}
    for kind in "abcde":
        best, bound = best_of_all_assignments(*assignment(kind, 3, 10, 4)), bounds[f"{kind} 3x10 seed 4"]
        gap = 100 * (best - bound) / bound
        assert figures[f"{kind} 3x10 seed 4"] == figures[f"mean gap of {kind}"] == pytest.approx(gap)
        assert gap >= 0


def test_bulk_and_pair_by_pair_rules_agree(tmp_path):
    benchmark: Benchmark = import_module("tests.benchmarks.rules").BENCHMARK
    options = parser_of("rules", benchmark).parse_args(SMALL["rules"])
    benchmark.prepare(options, tmp_path)
    figures = benchmark.cases["bulk"](options, tmp_path)
    assert figures["mismatches"] == 0
    assert figures["arcs"] > 0


def test_a_run_from_the_command_line_writes_a_table_and_json(tmp_path, capfd):
    target = tmp_path / "figures.json"
    assert main(["generate", "--patients", "300", "--repeat", "2", "--json", str(target)]) == 0
    written = json.loads(target.read_text())
    seconds = written["cases"]["generate"]["seconds"]
    assert 0 < seconds["least"] <= seconds["median"] <= seconds["greatest"]
    assert written["cases"]["generate"]["peak_mb"]["median"] > 20
    assert written["settings"]["patients"] == 300
    assert written["verdicts"] == []  # targets are for the default size only
    assert "generate seconds" in capfd.readouterr().out


def test_figures_of_instances_in_files_are_written_too(tmp_path):
    target = tmp_path / "figures.json"
    assert main(["gap", *small("gap", tmp_path), "--cases", "panelwise", "--json", str(target)]) == 0
    written = json.loads(target.read_text())
    assert written["settings"]["instances"] == str(tmp_path / "instances")
    assert written["cases"]["panelwise"]["tiny"]["median"] == 0


def test_a_case_that_fails_ends_the_run_with_its_name(capfd):
    assert main(["generate", "--patients", "3"]) == 1
    assert "generate generate ended with 1" in capfd.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--help"], 0), (["nonsense"], 2)])
def test_without_a_known_name_the_names_are_listed(arguments, code, capfd):
    assert main(arguments) == code
    shown = capfd.readouterr().out
    assert all(name in shown for name in NAMES)


@pytest.mark.parametrize("wrong", [["--cases", "nobody"], ["--repeat", "0"]])
def test_wrong_options_are_refused(wrong, capfd):
    with pytest.raises(SystemExit):
        main(["generate", *wrong])
    assert "--cases is some of generate" in capfd.readouterr().err


@pytest.mark.parametrize("seed", range(20))
def test_plain_cp_sat_finds_the_optimum_of_tiny_problems(seed):
    problem = tiny(seed)
    problem = replace(problem, tiers=problem.tiers[:1])  # the plain model has one objective
    flow, bound = solve_plainly(problem, nobody_placed(problem), 20.0, 0, 1)
    value = evaluate(problem, problem.tiers[0], flow)
    assert verify(problem, flow) == []
    assert value == solve(problem, Params(seconds=20)).value
    assert bound == pytest.approx(value)


def test_who_has_proven_nothing_has_no_gap():
    problem = tiny(1)
    found = figures(problem, nobody_placed(problem), {}, -math.inf)
    assert "value" in found
    assert not {"bound", "gap"} & set(found)


@pytest.mark.parametrize("seed", range(30))
def test_greedy_keeps_every_limit_and_places_somebody_where_there_is_room(seed):
    problem = tiny(seed)
    flow = least_loaded(problem, nobody_placed(problem))
    assert verify(problem, flow) == []
    assert left_out(problem, flow).sum() < problem.members or not problem.arcs or _nobody_fits(problem)


def _nobody_fits(problem) -> bool:
    """No single member can be placed alone."""
    for arc in range(problem.arcs):
        flow = nobody_placed(problem)
        flow[arc] = 1
        if problem.count[problem.class_of_arc[arc]] and not verify(problem, flow):
            return False
    return True


def test_the_spread_of_an_even_number_of_repeats_has_the_mean_of_the_middle_two():
    assert spread([4.0, 1.0, 3.0, 2.0]) == Spread(1.0, 2.5, 4.0)
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0)


def test_ratios_compare_medians_with_ours():
    benchmark = Benchmark("", print, {"ours": print, "theirs": print}, compared=("seconds",))
    measured = {"ours": {"seconds": spread([2.0])}, "theirs": {"seconds": spread([5.0])}}
    assert ratios(benchmark, measured) == {"theirs": {"seconds": 2.5}}
    assert ratios(benchmark, {"theirs": measured["theirs"]}) == {}


def test_a_target_is_judged_by_the_worst_repeat():
    benchmark = Benchmark("", print, {"ours": print}, targets={"ours": {"seconds": 3.0}})
    assert verdicts(benchmark, {"ours": {"seconds": spread([1.0, 2.0, 3.0])}})[0].startswith("target met")
    assert verdicts(benchmark, {"ours": {"seconds": spread([1.0, 3.5])}})[0].startswith("target MISSED")


@pytest.mark.parametrize(
    ("value", "shown"), [(1234567.0, "1,234,567"), (0.012345, "0.0123"), (1234.5, "1,234"), (3.0, "3")]
)
def test_numbers_are_short(value, shown):
    assert number(value) == shown


def test_columns_are_aligned():
    assert table([("a", "b"), ("long", "12")]) == "a      b\nlong  12"
