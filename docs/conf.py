"""Settings of the documentation (`make docs`)."""

import os

from paget import __version__

os.environ["NUMBA_DISABLE_JIT"] = "1"  # so that laws are documented as the functions they are

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
exclude_patterns = ["_build"]
