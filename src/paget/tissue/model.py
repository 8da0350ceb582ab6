"""Model of a tissue: its grid, fields, start, processes and rules, as data.

A model is a TOML file, a name of the atlas or a mapping::

    title = "Invasion in the plane"
    parameters = "physical"                 # a parameter file of atlas/tissues/parameters
    until = "12.8 day"
    processes = ["diffusion", "matrix", "division", "haptotaxis", "motion"]
    rules = ["oxygen decreases epithelial.emt_rate towards 0 with half-max 8 mmHg, Hill 4"]

    [grid]
    shape = [201, 201]
    spacing = "10 um"
    capacity = 4                            # cells that find room in a voxel
    step = "40 s"

    [fields.mmp2]
    boundary = "no-flux"                    # or "mirror", or "fixed": the value of the start stays
    start = 0.0

    [[start]]
    cells = {mesenchymal = 233, epithelial = 155}
    place = "centre"
    voxels = 97

    [change]                                # parameters by dotted name
    "mesenchymal.motility" = "1e-10 cm^2/s"

Processes act in the order in which they are listed.

Public names: `Model`, `FieldSpec`, `StartSpec`, `VesselSpec`, `CascadeSpec`.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from paget.core.arguments import shown
from paget.core.errors import ScenarioError, UnitError
from paget.core.parameters import ParameterSet
from paget.core.refusals import Whole
from paget.core.units import canonical_unit, parse_quantity, same_dimension, to_canonical
from paget.tissue.grid import Grid
from paget.tissue.rules import Rates, Rule, compile_rates

MOST_CELLS_IN_VOXEL: Final = 60_000  # a voxel counts its cells in 16 bits
_STRICT: Final = ConfigDict(frozen=True, extra="forbid", strict=True)
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[Whole, Field(ge=0)]


class GridSpec(BaseModel):
    """The lattice and its clock."""

    model_config = _STRICT

    shape: list[Annotated[Whole, Field(ge=1)]] = Field(
        min_length=2, max_length=3, description="Voxels along each axis."
    )
    spacing: str | None = Field(
        None,
        description="Distance between voxels; by default the one at which a full voxel has the "
        "density of cells in the body.",
    )
    capacity: Whole = Field(
        ge=1, le=MOST_CELLS_IN_VOXEL, description="Cells that find room in a voxel."
    )
    step: str = Field(description="Length of a time step.")
    float_bits: Literal[32, 64] = Field(64, description="Width of the numbers of the fields.")


class FieldSpec(BaseModel):
    """One field."""

    model_config = _STRICT

    boundary: Literal["no-flux", "mirror", "fixed"] = Field(
        description="What the edge of the grid does: let nothing through, reflect at the outermost "
        "points (as the published model), or keep the value of the start."
    )
    start: float = Field(0.0, ge=0.0, description="Value everywhere at the start.")


class StartSpec(BaseModel):
    """Cells that are there at the start."""

    model_config = _STRICT

    cells: dict[str, Count] = Field(description="How many cells of each kind.")
    place: Literal["centre", "anywhere", "outside"] = Field(
        "centre", description="In the voxels nearest to the centre, anywhere, or beyond them."
    )
    voxels: Annotated[Whole, Field(ge=1)] | None = Field(
        None, description="How many voxels the centre has; by default as many as the cells fill."
    )
    site: str | None = Field(None, description="The tissue of a cascade; by default the primary.")


class VesselSpec(BaseModel):
    """Vessels that are there at the start."""

    model_config = _STRICT

    pattern: Literal["points", "straight"] = Field(
        "points", description="One voxel each, or straight through the grid."
    )
    intact: Count = 0
    ruptured: Count = 0
    lymph: Count = 0
    clear_centre: Count = Field(0, description="Voxels nearest to the centre without a vessel.")
    margin: Count = Field(0, description="Voxels between a vessel and the nearest edge, at least.")


class CascadeSpec(BaseModel):
    """Other tissues that the vessels of the primary lead to."""

    model_config = _STRICT

    sites: dict[str, Share] = Field(description="Share of the arriving seeds by site.")
    vessels: VesselSpec = Field(description="Vessels of each site.")
    shed_again: bool = Field(
        default=False, description="Whether metastases shed cells into their vessels too."
    )


class Model(BaseModel):
    """What a tissue is. It never changes; `paget.tissue.model_file` reads and checks it."""

    model_config = _STRICT

    title: str = Field(max_length=200)
    about: str = Field("", description="What the model is for, in a few sentences.")
    base: str | None = Field(None, description="The model, or file, on which this one builds.")
    parameters: str = Field(description="The parameter file of the atlas.")
    until: str = Field(description="How long the tissue grows unless told otherwise.")
    processes: list[str] = Field(min_length=1, description="The laws, in the order of a step.")
    grid: GridSpec
    fields: dict[str, FieldSpec] = Field(default_factory=dict[str, FieldSpec])
    start: list[StartSpec] = Field(min_length=1)
    vessels: VesselSpec = Field(default_factory=lambda: VesselSpec.model_validate({}))
    cascade: CascadeSpec | None = None
    membrane: Annotated[float, Field(gt=0.0)] | None = Field(
        None, description="Radius of the basement membrane around the centre [voxel]."
    )
    rules: list[str] = Field(default_factory=list[str])
    change: dict[str, bool | int | float | str] = Field(
        default_factory=dict[str, bool | int | float | str]
    )

    _name: str = PrivateAttr("")
    _places: dict[str, str] = PrivateAttr(default_factory=dict[str, str])
    _values: ParameterSet = PrivateAttr(default_factory=lambda: ParameterSet(()))
    _rules: tuple[Rule, ...] = PrivateAttr(())

    def settled(
        self, name: str, places: Mapping[str, str], values: ParameterSet, rules: tuple[Rule, ...]
    ) -> "Model":
        """Return the same model with its name, parameters and understood rules."""
        copy = self.model_copy()
        copy._name, copy._places = name, dict(places)  # noqa: SLF001 - a copy of its own kind
        copy._values, copy._rules = values, rules  # noqa: SLF001
        return copy

    @property
    def name(self) -> str:
        """Return the name in the atlas, or the path of the file."""
        return self._name

    @property
    def values(self) -> ParameterSet:
        """Return the parameters, with the changes of the model."""
        return self._values

    @property
    def understood_rules(self) -> tuple[Rule, ...]:
        """Return the rules."""
        return self._rules

    def where(self, key: str) -> str:
        """Return where a key was given; nothing where that is not known."""
        return self._places.get(key, "")

    @cached_property
    def lattice(self) -> Grid:
        """Return the grid."""
        return Grid(tuple(self.grid.shape), self._spacing())

    @cached_property
    def step_days(self) -> float:
        """Return the length of a step [day]."""
        return self.quantity("grid.step", self.grid.step, "day")

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Return the fields in the order of the arrays."""
        return tuple(self.fields)

    @property
    def field_dtype(self) -> Any:
        """Return the type of the numbers of the fields."""
        return np.float32 if self.grid.float_bits == 32 else np.float64

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the tissues: the primary first."""
        return ("primary", *(self.cascade.sites if self.cascade else ()))

    def steps(self, until: str | None = None) -> int:
        """Return how many whole steps a time takes, the model's own where none is given."""
        where = self.where("until") if until is None else "the arguments"
        text = self.until if until is None else until
        return round(self.quantity("until", text, "day", where) / self.step_days)

    def field(self, name: str) -> int:
        """Return the place of a field in the arrays."""
        if name not in self.fields:
            raise ScenarioError(
                f"a model without the field {name}",
                self.where("fields") or self.name,
                "a process needs it",
                f"Add [fields.{name}] with its boundary.",
            )
        return self.field_names.index(name)

    def rates(self, behaviour: str) -> Rates:
        """Return a behaviour of all kinds of cells with the rules on it."""
        base = {
            name.partition(".")[0]: self.values.real(name)
            for name in self.values
            if name.partition(".")[2] == behaviour
        }
        rules = [rule for rule in self._rules if rule.behaviour == behaviour]
        return compile_rates(base, rules, self.field_names)

    def quantity(self, key: str, text: str, unit: str, where: str | None = None) -> float:
        """Return a positive quantity of the file in its canonical unit."""
        allowed = f"must be above 0, with its unit ({canonical_unit(unit)} or the like)"
        given, where = f"{key} = {shown(text)}", self.where(key) if where is None else where
        try:
            number, own = parse_quantity(text)
        except UnitError as error:
            raise ScenarioError(given, where, allowed, str(error)) from None
        if not own or not same_dimension(own, unit) or number <= 0.0:
            raise ScenarioError(given, where, allowed)
        return to_canonical(number, own)

    def _spacing(self) -> float:
        """Return the spacing: as given, or such that a full voxel is as dense as the body."""
        if self.grid.spacing is not None:
            return self.quantity("grid.spacing", self.grid.spacing, "um")
        per_ml = self.values.real("tissue.cell_density")
        return (self.grid.capacity / per_ml) ** (1.0 / 3.0) * 1e4
