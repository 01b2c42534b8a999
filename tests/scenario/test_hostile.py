"""Files made to hurt: refused soon, with a message, whatever they hold."""

import json
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regionsim.errors import InputError
from regionsim.scenario import load
from regionsim.yamlfile.faults import MAX_FAULTS
from regionsim.yamlfile.locate import MAX_BYTES, MAX_DEPTH, MAX_NODES, read, read_value

from .names import NAMES, VALID

LEAST = "format: 1\ntitle: x\nstart: 2025-08-18\nend: 2026-08-18\n"
PATIENCE = 30.0  # seconds; a machine under load included


def refused(path: Path) -> list[str]:
    """The faults of a file that must be refused in bearable time."""
    begun = time.perf_counter()
    with pytest.raises(InputError) as caught:
        load(path, vocabulary=NAMES)
    assert time.perf_counter() - begun < PATIENCE
    return caught.value.faults


# -- not a file ------------------------------------------------------------------------------------------------------


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path)[0].startswith(f"{tmp_path}:1:1: ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_at_once_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is not a file" in refused(tmp_path / "pipe.yaml")[0]
    (tmp_path / "child.yaml").write_text(f"{LEAST}extends: pipe\n", encoding="utf-8")
    assert "pipe.yaml:1:1: is not a file" in refused(tmp_path / "child.yaml")[0]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
def test_a_device_is_refused() -> None:
    assert "is not a file" in refused(Path("/dev/zero"))[0]


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs file permissions")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(VALID, encoding="utf-8")
    path.chmod(0)
    assert "cannot be read: permission denied" in refused(path)[0]


@pytest.mark.parametrize("name", ["nothing.yaml", "status_quo.yml", "no_such_scenario", "a\0b.yaml", "", "x" * 5000])
def test_a_name_that_leads_to_no_file_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load(name, vocabulary=NAMES)
    assert all(line.isprintable() for line in caught.value.faults)


def test_a_name_near_a_shipped_one_is_suggested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"trade_psuh: no shipped scenario .*did you mean trade_push\?"):
        load("trade_psuh", vocabulary=NAMES)
    with pytest.raises(
        InputError, match=r"scenarios/status_qu\.yaml: there is no such file \(did you mean .* status_quo"
    ):
        load("scenarios/status_qu.yaml", vocabulary=NAMES)
    (tmp_path / "mine.yaml").write_text(VALID, encoding="utf-8")
    with pytest.raises(InputError, match=r"mime\.yaml: there is no such file \(did you mean mine\.yaml\?\)"):
        load(tmp_path / "mime.yaml", vocabulary=NAMES)
    assert load("mine", vocabulary=NAMES).name == "mine"


def test_reading_leaves_no_file_open(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        refused(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


# -- too much --------------------------------------------------------------------------------------------------------


def test_a_file_of_just_one_mebibyte_is_read_and_one_byte_more_is_not() -> None:
    data = LEAST.encode()
    padding = b"#" * (MAX_BYTES - len(data))

    assert read(data + padding, "x.yaml")[1] == []
    assert str(read(data + padding + b"#", "x.yaml")[1][0]) == "x.yaml:1:1: the file is too large (at most 1 MiB)"


def test_nesting_and_nodes_have_limits() -> None:
    assert read(b"a: " + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1), "x.yaml")[1] == []
    assert "nested too deep" in str(read(b"a: " + b"[" * 60 + b"]" * 60, "x.yaml")[1][0])
    assert read(b"a: [" + b"1," * (MAX_NODES - 3) + b"]", "x.yaml")[1] == []
    assert "too many values" in str(read(b"a: [" + b"1," * MAX_NODES + b"]", "x.yaml")[1][0])


MEBI = {
    "blank lines": "\n" * MAX_BYTES,
    "brackets": "[" * MAX_BYTES,
    "question marks": "? " * (MAX_BYTES // 2),
    "one long word": "a: " + "x" * (MAX_BYTES - 3),
    "one long number": "seed: " + "9" * (MAX_BYTES - 6),
    "unknown keys": LEAST + "".join(f"k{i}: 1\n" for i in range(24_000)),
    "unknown claims": LEAST + "evidence: [" + "SC9," * 49_000 + "]",
    "blanks in a claim": LEAST
    + "expect:\n"
    + "".join(f'  - {{name: n{i}, that: "{" " * 480}x", in: median}}\n' for i in range(700)),
    "words in a claim": LEAST
    + "expect:\n"
    + "".join(f'  - {{name: n{i}, that: "{"a in " * 90}", in: median}}\n' for i in range(700)),
}


@pytest.mark.parametrize("name", MEBI)
def test_a_mebibyte_of_rubbish_is_refused_soon(name: str, tmp_path: Path) -> None:
    path = tmp_path / "rubbish.yaml"
    path.write_text(MEBI[name], encoding="utf-8", newline="\n")
    found = refused(path)

    assert 1 <= len(found) <= MAX_FAULTS + 1
    assert all(len(line) < 1500 for line in found)
    assert len(found) <= MAX_FAULTS or found[-1].endswith(f"only the first {MAX_FAULTS} faults are listed")


def test_a_chain_of_removals_is_refused_soon(tmp_path: Path) -> None:
    base = "".join(f"  trade_{i}: {{from: 2026-01-01}}\n" for i in range(1_500))
    (tmp_path / "base.yaml").write_text(f"{LEAST}levers:\n{base}", encoding="utf-8")
    nulls = "".join(f"  trade_{i}_: null\n" for i in range(3_000))
    (tmp_path / "child.yaml").write_text(f"title: x\nextends: base\nlevers:\n{nulls}", encoding="utf-8")

    assert len(refused(tmp_path / "child.yaml")) == MAX_FAULTS + 1


# -- anything at all -------------------------------------------------------------------------------------------------

FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def outcome(path: Path, *sets: str) -> list[str]:
    """The faults told of a file, none where it loads; any other exception fails the test."""
    try:
        load(path, sets=sets, vocabulary=NAMES)
    except InputError as error:
        return error.faults or ["no fault is told\n"]
    return []


def try_load(path: Path, data: bytes) -> None:
    """Loads, or is refused with printable lines."""
    path.write_bytes(data)
    assert all(line.isprintable() for line in outcome(path))


@FUZZ
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_input_errors(tmp_path: Path, data: bytes) -> None:
    try_load(tmp_path / "fuzz.yaml", data)


YAML_ISH = st.text(st.sampled_from("ab:{}[]-?,&*!|>'\"%@`#\n\t 01.~<=\\\u00e9\ufeff"), max_size=60)


@FUZZ
@given(YAML_ISH)
def test_random_yaml_raises_nothing_but_input_errors(tmp_path: Path, text: str) -> None:
    try_load(tmp_path / "fuzz.yaml", text.encode())
    try_load(tmp_path / "fuzz.yaml", f"{LEAST}levers: {text}\n".encode())


@FUZZ
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_random_mutations_of_a_valid_file_raise_nothing_but_input_errors(tmp_path: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    data = bytearray(VALID.encode())
    bits = [b":", b" ", b"\n", b"- ", b"{", b"}", b"[", b"]", b"null", b"&a ", b"*a", b"'", b'"', b"\xff", b"\0", b"9"]
    for _ in range(times):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randrange(1, 30)]
            case 1:
                data[at:at] = chance.choice(bits)
            case 2:
                data[at] = chance.randrange(256)
            case _:
                other = chance.randrange(len(data))
                data[at:at] = data[other : other + chance.randrange(1, 60)]
    try_load(tmp_path / "fuzz.yaml", bytes(data))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["2026-01-01", "4 weeks", "torkham", "border_closure", "uniform", "observed", "trade_volume@2026 > 1", "median"]
    )
)
WORDS = """
title start end worlds levers parameters shocks expect timeline evidence kind on for by from ramp until id low high
distribution that in name known base add move remove trade.potential trade_facilitation values flows
"""
KEYS = st.sampled_from(WORDS.split())
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5))


@FUZZ
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_any_tree_of_known_words_raises_nothing_but_input_errors(tmp_path: Path, tree: dict[str, object]) -> None:
    written = json.dumps(tree, allow_nan=True)  # NaN and Infinity are words to YAML, and must be refused as numbers
    try_load(tmp_path / "fuzz.yaml", written.encode("utf-8", "surrogatepass"))


@FUZZ
@given(st.text(max_size=40), st.sampled_from(["worlds", "levers.trade_facilitation", "shocks.0", "expect.1.in", ""]))
def test_any_set_raises_nothing_but_input_errors(tmp_path: Path, text: str, path: str) -> None:
    (tmp_path / "base.yaml").write_text(VALID, encoding="utf-8")
    for written in (text, f"{path}={text}", f"{path}.{text}"):
        assert all(line.isprintable() for line in outcome(tmp_path / "base.yaml", written))


def test_a_value_on_the_command_line_has_the_same_limits() -> None:
    assert "too large" in str(read_value("x" * (MAX_BYTES + 1), "--set")[1][0])
    assert read_value("  ", "--set") == (None, [])
