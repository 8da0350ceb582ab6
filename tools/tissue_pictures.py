"""Draw the pictures of grown tissues for the documentation, where they are not drawn yet.

`make docs` calls it: a minute or two, once. Delete ``docs/generated/tissue-*.png`` to draw anew.
"""

import sys
from pathlib import Path
from typing import Final

import paget

IMAGES: Final = Path(__file__).parents[1] / "docs" / "generated"
SEED, SEEDS, FRAMES = 1, 6, 2


def draw_tissues(folder: Path = IMAGES) -> None:
    """Draw the published model on its last day, an ensemble of it, and the full model in a box."""
    folder.mkdir(exist_ok=True)
    if (folder / "tissue-ensemble.png").exists():  # the last of them
        return
    cascade = paget.grow("metaspread", seed=SEED, frames=FRAMES)
    cascade.plot(folder / "tissue-frame.png")
    cascade.plot_sites(folder / "tissue-sites.png")
    cascade.plot_course(folder / "tissue-course.png")
    paget.grow("invasion-3d", seed=SEED, frames=FRAMES).render(folder / "tissue-volume.png")
    many = paget.grow("franssen-2019", until="8 day", seed=SEED, ensemble=SEEDS)
    many.plot(folder / "tissue-ensemble.png")


if __name__ == "__main__":
    sys.exit(draw_tissues())
