"""A temporary folder that goes when its keeper does.

Public names: ``Keeper``.
"""

import shutil
import tempfile
import weakref
from pathlib import Path


class Keeper:
    """A temporary folder that goes when nobody holds this object, or Python ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="paget-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
