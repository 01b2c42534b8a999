"""Where the evidence base and the shipped scenarios are: inside the installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data_dir(name: str) -> Path:
    """Folder `name` of the installed package's data, or of the checkout.

    Raises FileNotFoundError when neither holds it: a broken installation.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parents[1] / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name}/ is missing from this installation of regionsim")


def seeds_dir() -> Path:
    """Folder of the evidence base: documents, claims, observed series, parameters."""
    return _data_dir("seeds")


def scenarios_dir() -> Path:
    """Folder of the shipped scenarios."""
    return _data_dir("scenarios")
