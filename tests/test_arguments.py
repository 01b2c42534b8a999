"""A message names what the user typed: options of a command, or arguments of a Python function."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import regionsim as rs
from regionsim import api
from regionsim.cli import main
from regionsim.errors import InputError, argument, set_words, speaking_of_commands, spoken
from tests.test_house_rules import FILES, PACKAGE, parse

OPTION = re.compile(r"(?<![-\w])--[a-z{]")
WRITE_COMMANDS = {  # these print whole commands, for any reader
    "errors.py", "evidence/posterior.py", "runs/provenance.py", "studies/briefing/gather.py", "views/calibration.py",
    "views/discovery.py", "views/explore/answers.py", "views/explore/brief.py", "views/hindcast.py",
    "views/report/sentences.py",
}  # fmt: skip
INTERNAL = {"watch", "engine"}  # of PlaySettings: for the command line and for tests
SHORT = ["end=2025-10-18"]


def options_named(tree: ast.AST) -> Iterator[ast.Constant]:
    """Texts that name an option, but for docstrings, whole commands, and what `spoken` is given."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "spoken":
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OPTION.search(node.value):
            if "regionsim " not in node.value:
                yield node
            continue
        yield from options_named(node)


def test_below_the_command_line_no_message_names_an_option_unless_a_command_was_typed() -> None:
    named = []
    for path in FILES:
        name = str(path.relative_to(PACKAGE))
        if name.startswith("cli/") or name in WRITE_COMMANDS:
            continue
        named += [f"{name}:{node.lineno}: {node.value}" for node in options_named(parse(path))]
    assert named == []


def test_that_rule_sees_an_option_in_any_message() -> None:
    seen = [node.value for node in options_named(ast.parse('raise InputError(f"--worlds: {n} is bad")'))]
    assert seen == ["--worlds: "]
    assert not list(options_named(ast.parse('x = spoken("--worlds", "worlds")')))


def test_words_are_those_of_python_and_inside_a_command_its_options() -> None:
    assert (argument("sets"), argument("workers"), set_words("worlds=5")) == ("sets", "workers", "sets=['worlds=5']")
    with speaking_of_commands():
        assert (argument("sets"), argument("workers"), set_words("worlds=5")) == (
            "--set",
            "--workers",
            "--set worlds=5",
        )
        assert spoken("a", "b") == "a"
    assert spoken("a", "b") == "b"


SCENARIO = {"format": 1, "title": "Made", "extends": "status_quo", "end": "2025-10-18", "worlds": 2}
BAD = [
    (lambda: rs.run(SCENARIO, worlds=0), "worlds: 0 is out of range"),
    (lambda: rs.run("status_quo", worlds=0), "worlds: 0 is out of range"),
    (lambda: rs.run(rs.load(SCENARIO), seed=-1), "seed: -1 is out of range"),
    (lambda: rs.run(SCENARIO, workers=0), "workers: 0 is out of range"),
    (lambda: rs.run(SCENARIO, shard=(3, 2)), "shard: i: 3 is out of range"),
    (lambda: rs.run([SCENARIO, "status_quo"], shard=(1, 2)), "shard: plays one scenario at a time"),
    (lambda: rs.run([]), "nothing to play"),
    (lambda: rs.plan([]), "nothing to play"),
    (lambda: rs.run(SCENARIO, out="~no-such-user-here/x"), "out ~no-such-user-here/x: the home folder"),
    (lambda: rs.load(SCENARIO, sets=["x"]), "sets: 'x' is not PATH=VALUE"),
    (lambda: rs.load(3), "3: is not a scenario"),
    (lambda: rs.compare(SCENARIO, "status_quo", at=["2060"], sets=SHORT), "at: 2060 is outside the horizon"),
    (lambda: rs.compare(SCENARIO, "status_quo", indicators=["trade"]), "indicators: trade: unknown indicator"),
    (lambda: rs.why("trade_push", orders=3), "orders: 3 is not an even number"),
    (lambda: rs.check(SCENARIO, alpha=2), "alpha: 2 is out of range"),
    (lambda: rs.sweep(SCENARIO, {}), "nothing to sweep over (such as over={'trade.potential': '5:15:5'})"),
    (lambda: rs.sweep(SCENARIO, {"trade.potential": "5:15"}), "(or sample)"),
    (lambda: rs.sweep(SCENARIO, {"trade.potential": [5]}, outcomes=["trade@2025"]), "outcomes: trade@2025: unknown"),
    (lambda: rs.sensitivity(SCENARIO, method="fast"), "method: unknown method 'fast'"),
    (lambda: rs.discover("runs", "trade_volume@2030 > baseline"), "where: compare with a number"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), BAD)
def test_a_bad_argument_is_one_clear_line_in_the_words_of_python(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        call()
    assert any(re.search(re.escape(words).replace(r"\.\*", ".*"), fault) for fault in caught.value.faults)
    assert not OPTION.search(str(caught.value))
    assert all(fault.isprintable() for fault in caught.value.faults)


def test_a_report_of_a_command_names_the_option_out(capsys, tmp_path):
    for path, words in (
        (tmp_path / "a.pdf", f"--out {tmp_path / 'a.pdf'}: reports are not"),
        (tmp_path, "is a folder"),
    ):
        assert main(["report", "status_quo", "--out", str(path)]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert said.startswith("--out ")
    with pytest.raises(InputError, match=r"^to .*a\.pdf: reports are not"):
        rs.report("status_quo", to=tmp_path / "a.pdf")


def test_the_same_fault_of_a_command_names_the_option(capsys):
    assert main(["run", "status_quo", "--worlds", "0"]) == 2
    assert "--worlds: 0 is out of range" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"^worlds: 0 is out of range"):
        rs.load("status_quo", worlds=0)


# Signatures

PLAYING = ("run", "plan", "compare", "why", "check", "report", "sweep", "sensitivity")
FIELDS = {field.name: field for field in dataclasses.fields(rs.PlaySettings) if field.name not in INTERNAL}


@pytest.mark.parametrize("name", [name for name in rs.__all__ if name[0].islower() and name != "__version__"])
def test_a_public_function_names_every_argument(name):
    kinds = {part.kind for part in inspect.signature(getattr(rs, name)).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds


@pytest.mark.parametrize("name", PLAYING)
def test_what_a_function_takes_of_the_play_settings_has_their_types_and_defaults(name):
    parameters = inspect.signature(getattr(rs, name)).parameters
    taken = {key: part for key, part in parameters.items() if key in FIELDS}

    assert {"out", "workers", "dask", "fresh"} <= set(taken)
    for key, part in taken.items():
        assert part.default == FIELDS[key].default, key
        assert inspect.formatannotation(part.annotation).replace("pathlib.", "") == FIELDS[key].type, key
    assert [key for key in taken if key not in inspect.getdoc(getattr(rs, name))] == []


def test_run_takes_every_play_setting_and_its_overloads_take_the_same():
    parameters = inspect.signature(rs.run).parameters
    assert set(FIELDS) <= set(parameters)
    function = [node for node in ast.parse(Path(api.__file__).read_text("utf-8")).body
                if isinstance(node, ast.FunctionDef) and node.name == "run"]  # fmt: skip
    assert [[part.arg for part in node.args.kwonlyargs] for node in function] == 3 * [list(parameters)[1:]]


INNER = {
    "run": ("runs", "run"), "plan": ("runs", "plan"), "compare": (None, "compare_runs"), "why": (None, "find_causes"),
    "check": (None, "check_expectations"), "report": (None, "write_report"), "sweep": ("studies", "sweep"),
    "sensitivity": ("studies", "sensitivity"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAYING)
def test_every_argument_reaches_the_function_that_does_the_work(name, monkeypatch):
    where, inner = INNER[name]
    given = {}

    def noted(*arguments, **keywords):
        given.update(keywords)
        given["arguments"] = arguments
        raise KeyboardInterrupt

    monkeypatch.setattr(api if where is None else getattr(api, where), inner, noted)
    function = getattr(rs, name)
    keywords = {
        key: object() for key, part in inspect.signature(function).parameters.items()
        if part.kind is inspect.Parameter.KEYWORD_ONLY and key != "figures"
    }  # fmt: skip
    first = ("a scenario", {"trade.potential": [1]}) if name == "sweep" else ("a scenario",)
    with pytest.raises(KeyboardInterrupt):
        function(*first, **keywords)
    keywords |= {"first_page": keywords.pop("brief")} if "brief" in keywords else {}
    assert given == keywords | {"arguments": (*first, None) if name == "why" else first}


@pytest.mark.parametrize("name", ["compare", "check", "report"])
def test_a_list_of_scenarios_is_the_same_as_naming_them_one_by_one(name, monkeypatch):
    given = []
    monkeypatch.setattr(api, INNER[name][1], lambda *sources, **_: given.append(sources))
    more = {"to": "x.html"} if name == "report" else {}
    for sources in (("a", SCENARIO), (["a", SCENARIO],), ("a", [SCENARIO]), (("a", SCENARIO),)):
        getattr(rs, name)(*sources, **more)
    assert given == 4 * [("a", SCENARIO)]
