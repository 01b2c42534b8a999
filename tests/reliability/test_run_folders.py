"""Forty spoilt folders of runs, each read by every reader; the slow group has more of the same."""

import pytest

from .run_folders import one_try


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_folder_is_noticed_by_every_reader_and_mended(tmp_path, seed):
    one_try(seed, tmp_path)
