"""Fuzzed scenario files are loaded or refused with located faults, quickly, and nothing else happens."""

import pytest

from tests.reliability.scenario_files import attack, judge


@pytest.fixture(autouse=True)
def working(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def failures(seeds, folder):
    made = ((seed, *attack(seed)) for seed in seeds)
    return [f"attack({seed}), {how}: {wrong}" for seed, text, how in made if (wrong := judge(text, folder))]


def test_a_fuzzed_file_is_loaded_or_refused_with_located_faults(tmp_path):
    assert failures(range(200), tmp_path) == []


@pytest.mark.slow
def test_many_more_are(tmp_path):
    assert failures(range(200, 5000), tmp_path) == []


def test_attacks_are_the_same_for_a_seed_and_of_every_kind():
    made = [attack(seed) for seed in range(200)]
    assert made == [attack(seed) for seed in range(200)]
    assert len({how for _, how in made}) == 16


def test_some_attacks_load_and_most_are_refused(tmp_path):
    from regionsim.errors import InputError
    from regionsim.scenario import load

    loaded = 0
    for seed in range(60):
        path = tmp_path / "one.yaml"
        path.write_text(attack(seed)[0], encoding="utf-8", errors="surrogatepass")
        try:
            load(path)
            loaded += 1
        except InputError:
            pass
    assert 3 <= loaded <= 40


def test_the_judge_tells_a_reader_that_errs(tmp_path, monkeypatch):
    from tests.reliability import scenario_files

    def erring(what):
        def read(path, **_):
            raise what

        monkeypatch.setattr(scenario_files, "load", read)
        return judge("x", tmp_path)

    from regionsim.errors import InputError

    assert "KeyError" in erring(KeyError("x"))
    assert "not located" in erring(InputError("something is wrong"))
    assert "one printable line" in erring(InputError("a.yaml:1:1: two\nlines"))
    assert "without" in erring(InputError([]))
    assert erring(InputError("a.yaml:1:1: worlds: wrong")) is None
