"""How Sphinx makes the site; `./dev docs` calls it.

The source folder is the checkout itself, so every link between files of the repository holds on the site as on a code
host. Pages are the Markdown files named in `include_patterns` and the notebooks.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from regionsim import __version__  # noqa: E402  # the path comes first

project = "regionsim"
author = "regionsim contributors"
copyright = f"2026 {author}, MIT licence"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "docstrings", "notebook_pages"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "notebooks/README.md", "notebooks/[0-9]*.py"]
include_patterns += ["seeds/README.md", "seeds/*/README.md"]
SOURCES = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "notebooks", "seeds"}
exclude_patterns = [path.name for path in ROOT.iterdir() if path.name not in SOURCES]  # not even walked through
exclude_patterns += ["docs/README.md"]  # part of docs/index.md

myst_heading_anchors = 4  # links such as commands.md#check
smartquotes = False  # words of commands stand as typed
highlight_language = "none"
suppress_warnings: list[str] = []

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 80
python_display_short_literal_types = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"regionsim {release}"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_extra_path = [str(HERE / "root")]  # index.html leads to docs/index.html
html_copy_source = False
html_show_sphinx = False
