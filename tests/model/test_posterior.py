"""`draws: posterior`: joint rows by draw, paired over arms and extended by more worlds; a missing file is told."""

from pathlib import Path

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence, posterior
from regionsim.evidence.inputs import load_inputs
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load

POSTERIOR = ("draws=posterior",)


@pytest.fixture
def status_quo() -> Scenario:
    return load("status_quo", sets=POSTERIOR)


def test_every_world_takes_one_joint_row(status_quo: Scenario) -> None:
    rows = posterior.load_posterior().rows
    taken = plain_worlds(status_quo, range(50)).parameters
    known = {tuple(np.round(row, 9)) for row in zip(*rows.values(), strict=True)}

    drawn = zip(*(taken[name] for name in rows), strict=True)
    assert all(tuple(np.round(row, 9)) in known for row in drawn)


def test_more_worlds_extend_and_arms_are_paired(status_quo: Scenario) -> None:
    few, many = plain_worlds(status_quo, range(20)), plain_worlds(status_quo, range(60))
    other = plain_worlds(load("trade_push", sets=POSTERIOR), range(20))

    assert all(np.array_equal(values, many.parameters[name][:20]) for name, values in few.parameters.items())
    assert all(np.array_equal(few.parameters[name], other.parameters[name]) for name in posterior.load_posterior().rows)
    assert set(posterior.load_posterior().rows) <= set(few.varied)


def test_what_is_not_narrowed_stays_at_its_prior(status_quo: Scenario) -> None:
    prior, after = plain_worlds(load("status_quo"), range(30)), plain_worlds(status_quo, range(30))
    rows = posterior.load_posterior().rows

    assert prior.varied == after.varied
    assert all(
        np.array_equal(prior.parameters[name], after.parameters[name]) for name in prior.varied if name not in rows
    )
    assert any(not np.array_equal(prior.parameters[name], after.parameters[name]) for name in rows)


def test_what_a_scenario_gives_comes_before_the_posterior() -> None:
    name = next(iter(posterior.load_posterior().rows))
    value = load_evidence().parameters[name].value
    worlds = plain_worlds(load("status_quo", sets=(*POSTERIOR, f"parameters.{name}={value}")), range(5))

    assert (worlds.parameters[name] == value).all()


def test_the_shipped_posterior_holds_what_its_manifest_says() -> None:
    shipped = posterior.load_posterior()
    parameters = load_evidence().parameters
    narrowed = {line["name"] for line in shipped.about["parameters"] if line["narrowed"]}

    assert set(shipped.rows) == narrowed
    assert len(shipped) == shipped.about["rows"]
    assert shipped.about["sha256"] == shipped.digest
    assert shipped.about["sound"]
    for name, values in shipped.rows.items():
        assert parameters[name].low <= min(values) <= max(values) <= parameters[name].high, name


def test_without_a_posterior_the_command_that_makes_it_is_told(
    status_quo: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(posterior, "seeds_dir", lambda: tmp_path)

    with pytest.raises(InputError, match="regionsim calibrate --until"):
        plain_worlds(status_quo, range(3))
    with pytest.raises(InputError, match="there is no posterior"):
        load("status_quo", sets=POSTERIOR)
    assert posterior.describe_narrowing("relations.trust_gain") == posterior.ASSUMPTION


@pytest.mark.parametrize("text", ["", "a,b\n1\n", "a,a\n1,2\n", "a\nx\n", "a\nnan\n", "a\n"])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(text)
    path.with_suffix(".json").write_text("{}")

    with pytest.raises(InputError, match="is not a posterior"):
        posterior.read_posterior(path)


def test_rows_that_are_not_those_of_the_record_beside_them_are_refused(tmp_path: Path) -> None:
    shipped = posterior.shipped_file()
    assert shipped is not None
    path = tmp_path / shipped.name
    path.with_suffix(".json").write_bytes(shipped.with_suffix(".json").read_bytes())
    path.write_bytes(shipped.read_bytes())
    assert posterior.read_posterior(path).digest == posterior.load_posterior().digest

    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match=r"\.csv is damaged .*make it again"):
        posterior.read_posterior(path)


def test_each_uncertain_parameter_says_whether_it_is_identified() -> None:
    rows = posterior.load_posterior().rows
    for name, known in load_evidence().parameters.items():
        if known.draw is not None:
            said = posterior.describe_narrowing(name)
            assert said.startswith("contraction") if name in rows else said == posterior.ASSUMPTION


def test_runs_of_the_posterior_have_a_key_of_their_own() -> None:
    from regionsim.runs.key import digests

    assert digests(load("status_quo", sets=POSTERIOR)).evidence != digests(load("status_quo")).evidence


@pytest.mark.slow
def test_the_shipped_posterior_was_made_from_this_evidence() -> None:
    assert posterior.load_posterior().about["evidence"] == load_inputs().digest, f"make it again: {posterior.MAKE}"
