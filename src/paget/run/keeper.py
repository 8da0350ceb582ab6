"""A temporary folder that goes when its keeper does.

Public names: ``Keeper``.
"""

import os
import shutil
import tempfile
import weakref
from pathlib import Path


class Keeper:
    """A temporary folder that goes when nobody holds this object, or Python ends.

    A forked child holds a copy of the object: the folder stays until its maker lets it go.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="paget-"))
        weakref.finalize(self, _remove, self.folder, os.getpid())


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
