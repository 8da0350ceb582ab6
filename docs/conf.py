"""Settings of the documentation (`make docs`)."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"  # so that laws are documented as the functions they are

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

from paget import __version__

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tools"))

project = "Paget"
author = "The Paget developers"
copyright = "2026, The Paget developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
napoleon_google_docstring = False
napoleon_custom_sections = ["Assumes", "Source"]
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"Paget {release}"
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["paget.css"]
html_math_renderer = "mathml"  # equations that a browser shows by itself, also without a network
exclude_patterns = ["_build", "generated/*.inc.md"]


def write_math(page: Any, node: nodes.math | nodes.math_block) -> None:
    """Write an equation as MathML."""
    is_block = isinstance(node, nodes.math_block)
    page.body.append(tex2mathml(" ".join(node.astext().split()), as_block=is_block))
    raise nodes.SkipNode


def setup(app: Any) -> None:
    """Make the pages that come from the atlas before the sources are read."""
    from docs_pages import write_pages

    app.add_html_math_renderer("mathml", (write_math, None), (write_math, None))
    app.connect("builder-inited", lambda _: write_pages(DOCS / "generated"))
