"""Sphinx settings of the documentation site; run by tools/build_site.py."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

project = "symlam"
author = "The symlam developers"
release = version = installed("symlam")
extensions = ["myst_parser", "sphinx.ext.autodoc", "mathml"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"symlam {release}"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["mathml.css"]
html_show_sourcelink = False
html_copy_source = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# a default is shown as it is written: the value of some is thousands of numbers
autodoc_preserve_defaults = True
exclude_patterns = ["pictures/README*"]
# plain prose in docstrings: no role is meant by a word in bars or backquotes
default_role = "code"
suppress_warnings = ["myst.header", "ref.python"]


def plain_bars(app, what, name, obj, options, lines):
    """Docstrings write |x| and E|x|^2 for norms; to reStructuredText a bar would mean a substitution."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            parts = line.split("``")
            lines[i] = "``".join(p.replace("|", "\\|") if k % 2 == 0 else p for k, p in enumerate(parts))


def setup(app):
    """Connect what needs connecting."""
    app.connect("autodoc-process-docstring", plain_bars)
