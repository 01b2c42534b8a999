import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.studies.designs import design_points, read_axis

LEVER = "levers.trade_facilitation.intensity"


def test_a_grid_is_every_combination_of_ranges_lists_and_dates():
    axes = (read_axis(LEVER, "0:1:3"), read_axis("start", "2026-01-01:2026-01-11:2"), read_axis("draws", "prior,fixed"))
    points = design_points(axes, None, 0)

    assert len(points) == 12
    assert [str(value) for value in points[-1]] == ["1.0", "2026-01-11", "fixed"]
    assert sorted({point[0] for point in points}) == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("sample", ["lhs:64", "sobol:64"])
def test_a_sample_fills_each_axis_evenly_and_is_the_same_for_a_seed_0_included(sample):
    axes = (read_axis(LEVER, "0:1"), read_axis("levers.transit_agreement.intensity", "0:1"))
    points = np.array(design_points(axes, sample, 0))

    np.testing.assert_array_equal(points, np.array(design_points(axes, sample, 0)))
    assert not np.array_equal(points, np.array(design_points(axes, sample, 1)))
    for column in points.T:
        assert sorted((column * 64).astype(int)) == list(range(64))


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        (LEVER, "1:0:3", "is not a range"),
        (LEVER, "0:1:1", "is not a range"),
        (LEVER, "0,0", "listed twice"),
        (LEVER, "0,,1", "empty value"),
        ("start", "2026-02-30,2026-03-01", "no day of the calendar"),
    ],
)
def test_a_faulty_axis_is_one_clear_line(path, values, words):
    with pytest.raises(InputError, match=words):
        read_axis(path, values)


def test_a_parameter_is_known_with_or_without_its_prefix_and_held_to_its_range():
    from regionsim.evidence import load_evidence

    name, known = next((n, p) for n, p in load_evidence().parameters.items() if p.draw is not None)
    axis = read_axis(f"parameters.{name}", f"{known.low},{known.high}")
    assert (axis.path, axis.parameter) == (name, True)
    with pytest.raises(InputError, match="out of range"):
        read_axis(name, f"{known.low},{known.high * 2 + abs(known.low) + 1}")


@pytest.mark.parametrize("sample", ["sobol:100", "lhs:0", "lhs", "grid:3"])
def test_a_faulty_sample_is_told(sample):
    with pytest.raises(InputError):
        design_points((read_axis(LEVER, "0:1"),), sample, 0)


def test_a_range_without_a_number_is_no_grid():
    with pytest.raises(InputError, match="LO:HI:N"):
        design_points((read_axis(LEVER, "0:1"),), None, 0)
