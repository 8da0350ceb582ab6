"""The human figure of the body map: outlines drawn for this project, as points of smooth curves.

Front view, so that the virtual person's right is at the viewer's left. The middle of the body is
x = 0, the top of the head y = 0, and y grows downwards; one unit is about 3 mm in the trunk. The
figure is schematic: the head is small, the trunk wide, and organs behind others are shown.

Public names: ``SHAPES``, ``TUBES``, ``Shape``, ``Tube``, ``smooth``, ``WIDTH``, ``HEIGHT``.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from matplotlib.path import Path

WIDTH: Final = 330.0
HEIGHT: Final = 486.0

Points = Sequence[tuple[float, float]]


class Shape(NamedTuple):
    """A filled outline."""

    name: str
    points: Points
    face: str
    edge: str
    layer: int
    """The greater, the nearer to the viewer."""
    mirrored: bool = False
    """Whether its mirror image belongs to it."""


class Tube(NamedTuple):
    """A vessel or a bowel: a line with a width."""

    name: str
    points: Points
    width: float
    face: str
    edge: str
    layer: int


def smooth(points: Points, *, closed: bool) -> Path:
    """Return a smooth curve through points: Catmull-Rom splines as cubic Bezier pieces.

    A point given twice in a row makes a corner.
    """
    n = len(points)
    last = n if closed else n - 1
    vertices: list[tuple[float, float]] = [points[0]]
    codes = [Path.MOVETO]
    for i in range(last):
        before, start, end, after = (_at(points, i + k, closed=closed) for k in (-1, 0, 1, 2))
        vertices += [_towards(start, before, end), _towards(end, after, start), end]
        codes += [Path.CURVE4] * 3
    if closed:
        vertices.append(points[0])
        codes.append(Path.CLOSEPOLY)
    return Path(vertices, codes)


def mirror(points: Points) -> Points:
    """Return points mirrored at the middle of the body."""
    return [(-x, y) for x, y in points]


def _at(points: Points, i: int, *, closed: bool) -> tuple[float, float]:
    n = len(points)
    return points[i % n] if closed else points[min(max(i, 0), n - 1)]


def _towards(
    point: tuple[float, float], one: tuple[float, float], other: tuple[float, float]
) -> tuple[float, float]:
    """Return the control point of ``point`` on the side of ``other``."""
    if point in (one, other):
        return point
    return point[0] + (other[0] - one[0]) / 6.0, point[1] + (other[1] - one[1]) / 6.0


def _both(half: Points) -> Points:
    """Return a closed outline from its half at the viewer's right, top to bottom."""
    return [*half, *reversed(mirror(half))]


# ------------------------------------------------------------------------------ the person

_HALF: Final = (
    (0, 2), (17, 5), (30, 17), (35, 36), (34, 52), (30, 68), (22, 82), (19, 90),
    (19, 104), (21, 114), (32, 123), (56, 130), (80, 136), (98, 147), (107, 166), (111, 192),
    (117, 222), (121, 248), (127, 280), (136, 318), (143, 350), (150, 372), (153, 394), (148, 414),
    (141, 424), (135, 416), (134, 398), (129, 378), (124, 350), (112, 314), (102, 280),
    (96, 248), (92, 220), (88, 194), (88, 194), (86, 216), (83, 240), (79, 268), (77, 292),
    (80, 318), (88, 345), (95, 374), (98, 404), (97, 440), (93, 484), (93, 484),
    (21, 484), (21, 484), (15, 456), (8, 428), (5, 419), (0, 418),
)  # fmt: skip

_LUNG: Final = (
    (15, 150), (23, 141), (36, 143), (50, 157), (61, 180), (68, 206), (70, 230), (66, 241),
    (48, 233), (30, 231), (20, 233), (14, 218), (12, 190), (11, 165),
)  # fmt: skip
_LEFT_LUNG: Final = (
    (17, 150), (25, 141), (37, 143), (51, 157), (62, 180), (69, 206), (71, 230), (67, 241),
    (52, 234), (40, 232), (40, 222), (34, 208), (22, 198), (16, 184), (13, 165),
)  # fmt: skip
_LIVER: Final = (
    (-70, 250), (-62, 241), (-44, 237), (-24, 238), (-4, 243), (14, 245), (26, 248), (22, 256),
    (6, 263), (-10, 270), (-26, 281), (-42, 292), (-58, 296), (-68, 288), (-72, 270),
)  # fmt: skip
_STOMACH: Final = (
    (12, 250), (20, 244), (36, 242), (49, 248), (55, 262), (50, 278), (36, 290), (18, 293),
    (4, 289), (0, 283), (6, 279), (17, 281), (24, 274), (22, 262),
)  # fmt: skip
_PANCREAS: Final = (
    (-18, 294), (-10, 290), (4, 294), (20, 297), (36, 294), (50, 288), (56, 289), (55, 295),
    (40, 302), (22, 306), (4, 305), (-4, 312), (-13, 315), (-19, 306),
)  # fmt: skip
_SPLEEN: Final = ((58, 254), (66, 257), (71, 268), (69, 281), (62, 285), (57, 276), (55, 264))
_KIDNEY: Final = (
    (36, 300), (45, 297), (53, 303), (55, 317), (50, 332), (41, 334), (35, 328), (38, 318),
    (35, 308),
)  # fmt: skip
_ADRENAL: Final = ((33, 299), (35, 290), (40, 286), (46, 291), (48, 297), (41, 294))
_GALLBLADDER: Final = ((-32, 287), (-27, 285), (-24, 290), (-26, 299), (-31, 301), (-34, 295))
_HEART: Final = (
    (-12, 200), (-4, 193), (6, 192), (18, 197), (29, 207), (37, 222), (33, 232), (20, 235),
    (4, 233), (-9, 226), (-14, 213),
)  # fmt: skip
_BRAIN: Final = (
    (0, 12), (10, 10), (21, 15), (28, 26), (29, 38), (25, 48), (14, 53), (5, 52), (0, 54),
)  # fmt: skip
_SMALL_BOWEL: Final = (
    (-38, 334), (-20, 328), (0, 331), (20, 328), (38, 334), (43, 352), (37, 370), (20, 380),
    (0, 383), (-20, 380), (-36, 370), (-42, 352),
)  # fmt: skip
_PELVIS: Final = (
    (10, 362), (30, 352), (54, 344), (70, 352), (73, 368), (62, 382), (52, 394), (44, 408),
    (30, 416), (14, 412), (6, 407), (14, 402), (26, 402), (33, 394), (28, 380), (14, 376),
)  # fmt: skip
_PERITONEUM: Final = (
    (0, 243), (40, 240), (66, 250), (74, 284), (76, 320), (74, 352), (60, 384), (34, 402),
    (0, 408),
)  # fmt: skip
_OMENTUM: Final = (
    (-40, 314), (-20, 321), (0, 323), (20, 321), (42, 312), (46, 330), (42, 352), (24, 362),
    (0, 358), (-22, 363), (-42, 352), (-45, 330),
)  # fmt: skip
_PLEURA: Final = (
    (13, 146), (23, 136), (38, 138), (54, 153), (66, 178), (73, 206), (75, 234), (70, 247),
    (48, 239), (28, 237), (14, 238), (10, 218), (8, 190), (8, 162),
)  # fmt: skip
_FEMUR: Final = (
    (66, 386), (74, 384), (82, 390), (84, 402), (78, 420), (74, 484), (74, 484),
    (61, 484), (61, 484), (66, 424), (66, 408), (58, 402), (55, 394), (60, 386),
)  # fmt: skip
_OVARY: Final = ((22, 384), (27, 382), (32, 386), (30, 391), (24, 392), (21, 388))
_HUMERUS: Final = (
    (86, 146), (94, 148), (99, 158), (101, 190), (107, 240), (114, 262), (110, 268), (100, 264),
    (99, 240), (94, 194), (88, 164), (84, 154),
)  # fmt: skip

SHAPES: Final = (
    Shape("body", _both(_HALF), "#F4EFE9", "#B7ABA0", 0),
    Shape("bone", _FEMUR, "#E6DFD4", "#D2C8BA", 1, mirrored=True),
    Shape("bone", _HUMERUS, "#E6DFD4", "#D2C8BA", 1, mirrored=True),
    Shape("bone", _PELVIS, "#E6DFD4", "#D2C8BA", 2, mirrored=True),
    Shape("pleura", _PLEURA, "#ECEFF1", "#BFCBD2", 2, mirrored=True),
    Shape("peritoneum", _both(_PERITONEUM), "#F1E9DC", "#D8C9B0", 2),
    Shape("lung", mirror(_LUNG), "#DDE5E8", "#A9BAC2", 3),
    Shape("lung", _LEFT_LUNG, "#DDE5E8", "#A9BAC2", 3),
    Shape("brain", _both(_BRAIN), "#E7DCE2", "#C2AEBB", 3),
    Shape("kidney", _KIDNEY, "#DFC4BB", "#BE988B", 5, mirrored=True),
    Shape("adrenal", _ADRENAL, "#E8D29B", "#C2A65C", 6, mirrored=True),
    Shape("small_bowel", _SMALL_BOWEL, "#F0E3DA", "#D6BFB0", 6),
    Shape("pancreas", _PANCREAS, "#EBD9AE", "#C3A863", 7),
    Shape("spleen", _SPLEEN, "#DBC6D0", "#B193A2", 7),
    Shape("stomach", _STOMACH, "#EEDBCD", "#CBA994", 8),
    Shape("heart", _HEART, "#E2BDB8", "#BE8A83", 6),
    Shape("liver", _LIVER, "#E2C6B9", "#B98F7D", 9),
    Shape("gallbladder", _GALLBLADDER, "#CFDCBF", "#A0B387", 10),
    Shape("ovary", _OVARY, "#E6CDD0", "#BF979D", 8, mirrored=True),
    Shape("omentum", _OMENTUM, "#F3E6BE", "#D6C180", 7),
)

# --------------------------------------------------------------------- vessels and bowels

_VEIN, _ARTERY, _PORTAL = "#8FA6C6", "#D08C84", "#7C7FB5"
_GUT, _GUT_EDGE = "#E5CDB2", "#BC9A74"

TUBES: Final = (
    Tube("oesophagus", ((1, 108), (2, 150), (3, 205), (8, 240), (15, 250)), 5,
         "#EBD8CB", "#CDB3A2", 3),
    Tube("vena_cava", ((-9, 132), (-10, 160), (-10, 196)), 6, _VEIN, "", 5),
    Tube("vena_cava", ((-8, 232), (-9, 270), (-9, 320), (-8, 350)), 6, _VEIN, "", 4),
    Tube("vena_cava", ((-8, 350), (-20, 374), (-38, 398), (-52, 425), (-54, 460)), 4, _VEIN, "", 4),
    Tube("vena_cava", ((-8, 350), (12, 372), (34, 398), (48, 425), (50, 460)), 4, _VEIN, "", 4),
    Tube("aorta", ((3, 198), (1, 182), (8, 172), (16, 178), (14, 205), (8, 240), (6, 290),
                   (6, 346)), 6, _ARTERY, "", 4),
    Tube("aorta", ((6, 346), (20, 368), (40, 396), (54, 425), (57, 460)), 3.5, _ARTERY, "", 4),
    Tube("aorta", ((6, 346), (-10, 366), (-32, 395), (-46, 425), (-48, 460)), 3.5, _ARTERY, "", 4),
    Tube("aorta", ((8, 172), (7, 150), (10, 120), (12, 92)), 3, _ARTERY, "", 4),
    Tube("aorta", ((4, 172), (-5, 150), (-10, 120), (-12, 92)), 3, _ARTERY, "", 4),
    Tube("portal_vein", ((6, 330), (2, 312), (-6, 292), (-16, 276), (-28, 264)),
         5, _PORTAL, "", 10),
    Tube("portal_vein", ((54, 279), (30, 297), (2, 303)), 3, _PORTAL, "", 7),
    Tube("portal_vein", ((-16, 276), (-20, 262), (-14, 254)), 2.5, _PORTAL, "", 10),
    Tube("portal_vein", ((-28, 264), (-42, 262), (-54, 254)), 2.5, _PORTAL, "", 10),
    Tube("colon", ((-48, 374), (-51, 362), (-53, 340), (-53, 322), (-48, 314), (-30, 318), (0, 322),
                   (30, 318), (50, 304), (57, 306), (59, 324), (58, 346), (56, 364), (46, 374),
                   (30, 372), (20, 380), (8, 378), (1, 382)), 12, _GUT, _GUT_EDGE, 8),
    Tube("rectum", ((1, 382), (-2, 392), (1, 402), (0, 416)), 11, "#DDBFA0", _GUT_EDGE, 8),
)  # fmt: skip

RIBS: Final = tuple(
    ((4.0, y), (30.0 + 0.9 * i, y - 8.0), (52.0 + 2.6 * i, y + 6.0), (60.0 + 2.0 * i, y + 20.0))
    for i, y in enumerate((152.0, 166.0, 180.0, 194.0, 208.0, 222.0))
)
"""One side's ribs, from spine to flank."""

VERTEBRAE: Final = tuple(
    (y, 4.5 + 5.0 * (y - 90.0) / 270.0, 8.6 + 3.0 * (y - 90.0) / 270.0)
    for y in (92, 102, 112, 122, 132.5, 143, 154, 165, 176, 187.5, 199, 210.5, 222, 234, 246, 258.5,
              271, 284, 297, 310, 323.5, 337, 350.5)
)  # fmt: skip
"""Middle, half width and height of each vertebra."""

GYRI: Final = (
    ((0, 12), (1, 30), (0, 53)),
    ((6, 18), (12, 24), (9, 32), (15, 38)),
    ((17, 17), (20, 26), (26, 30)),
    ((7, 42), (14, 44), (20, 42), (25, 44)),
)
"""Furrows of one half of the brain."""

BOWEL_LOOPS: Final = (
    ((-32, 341), (-16, 335), (0, 341), (16, 335), (32, 341)),
    ((-35, 352), (-18, 346), (0, 353), (18, 346), (36, 352)),
    ((-32, 364), (-16, 358), (0, 365), (16, 358), (32, 363)),
)

# --------------------------------------------------------------------- where lesions are drawn

NODES: Final[dict[str, tuple[float, float]]] = {
    "ln_neck_ipsi_1": (-10, 80),
    "ln_neck_ipsi_2": (-14, 88),
    "ln_neck_ipsi_3": (-12, 97),
    "ln_neck_ipsi_4": (-13, 106),
    "ln_neck_ipsi_5": (-20, 117),
    "ln_neck_ipsi_7": (-5, 73),
    "ln_neck_contra_1": (10, 80),
    "ln_neck_contra_2": (14, 88),
    "ln_neck_contra_3": (12, 97),
    "ln_neck_contra_4": (13, 106),
    "ln_neck_contra_5": (20, 117),
    "ln_neck_contra_7": (5, 73),
    "ln_supraclavicular": (34, 131),
    "ln_axilla": (-80, 176),
    "ln_internal_mammary": (-8, 176),
    "ln_mediastinum": (4, 158),
    "ln_hilum": (-22, 188),
    "ln_coeliac": (10, 272),
    "ln_stomach": (26, 286),
    "ln_pancreas": (-8, 320),
    "ln_colon_local": (-38, 330),
    "ln_colon_central": (-14, 340),
    "ln_para_aortic": (16, 344),
    "ln_rectum_meso": (14, 396),
    "ln_iliac": (40, 400),
    "ln_pelvis_prostate": (-18, 402),
    "ln_groin": (-56, 424),
}
"""The node stations that are drawn."""

PLACES: Final[dict[str, tuple[float, float]]] = {
    "lung": (-44, 196),
    "liver": (-44, 266),
    "oesophagus": (3, 215),
    "stomach": (38, 264),
    "small_bowel": (4, 362),
    "colon": (58, 340),
    "rectum_upper": (0, 386),
    "rectum_middle": (-1, 398),
    "rectum_lower": (0, 411),
    "rectum": (-1, 398),
    "pancreas": (26, 300),
    "gallbladder": (-29, 293),
    "spleen": (64, 270),
    "kidney": (-46, 316),
    "adrenal": (40, 291),
    "bladder": (0, 404),
    "brain": (10, 32),
    "bone": (-58, 368),
    "heart": (16, 218),
    "thyroid": (0, 106),
    "oropharynx": (0, 76),
    "muscle": (78, 462),
    "skin": (-114, 216),
    "adipose": (84, 340),
    "breast": (42, 208),
    "prostate": (0, 413),
    "ovary": (-26, 386),
    "other": (-44, 466),
    "peritoneum": (-68, 334),
    "omentum": (28, 336),
    "pleura": (70, 222),
    "distant_node": (16, 344),
    "regional_node": (-38, 330),
    "local": (58, 340),
    **NODES,
}
"""Where the disc of each site is drawn."""
