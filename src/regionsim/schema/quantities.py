"""Quantities as users write them: durations, numbers with a unit, distributions.

Core objects: `Model` (base of every schema class), `Day`, `Days` (a duration), the distributions and their union
`Draw`, and `read_quantity`. A distribution has the fields that `regionsim.model.draws.draw_values` reads.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializationInfo,
    Strict,
    Tag,
    WithJsonSchema,
    model_validator,
)

from regionsim.schema.dates import parse_date
from regionsim.schema.durations import PATTERN, Duration, parse_duration, write_days, written
from regionsim.yamlfile.shape import TAG

IN_DAYS = "days"
"""Context of a dump in which durations are numbers of days, however they were written."""


class Model(BaseModel):
    """Base of the schema: frozen, rejects unknown keys, puts docstrings of fields into the JSON Schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]

Day = Annotated[
    date,
    BeforeValidator(parse_date),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^(\d{{4}}-\d{{2}}-\d{{2}}|latest|start( *\+ *{PATTERN})?)$",
            "examples": ["2026-10-01", "start + 4 weeks"],
        }
    ),
]


def _positive(days: Duration) -> Duration:
    if days <= 0:
        raise ValueError("must be longer than 0 days")
    return days


def _serialized(days: float, info: SerializationInfo) -> str:
    """As it was written; in days where only the length counts, as for a run's key (context IN_DAYS)."""
    return write_days(days) if info.context == IN_DAYS else written(days)


_DURATION_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": f"^{PATTERN}$", "examples": ["4 weeks", "10 days", "6 months", "1 year"]}
)
Days = Annotated[
    float, PlainValidator(lambda text: _positive(parse_duration(text))), PlainSerializer(_serialized), _DURATION_SCHEMA
]
DaysOrZero = Annotated[float, PlainValidator(parse_duration), PlainSerializer(_serialized), _DURATION_SCHEMA]


class Uniform(Model):
    """Every value between low and high is equally likely."""

    distribution: Literal["uniform"]
    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require(self.low < self.high, "low must be below high")
        return self


class LogUniform(Model):
    """Every order of magnitude between low and high is equally likely."""

    distribution: Literal["loguniform"]
    low: Number = Field(gt=0)
    high: Number = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require(self.low < self.high, "low must be below high")
        return self


class Triangular(Model):
    """Most likely at mode, falling linearly to zero at low and high."""

    distribution: Literal["triangular"]
    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require(self.low <= self.mode <= self.high, "must have low <= mode <= high")
        _require(self.low < self.high, "low must be below high")
        return self


class Normal(Model):
    """Normal distribution around mean, truncated to the parameter's range."""

    distribution: Literal["normal"]
    mean: Number
    sd: Number = Field(gt=0)


class LogNormal(Model):
    """Lognormal distribution: median, and sigma of the logarithm; truncated to the parameter's range."""

    distribution: Literal["lognormal"]
    median: Number = Field(gt=0)
    sigma: Number = Field(gt=0)


class Beta(Model):
    """Beta distribution of shapes a and b between 0 and 1, or between low and high if both are given."""

    distribution: Literal["beta"]
    a: Number = Field(gt=0)
    b: Number = Field(gt=0)
    low: Number | None = None
    high: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require((self.low is None) == (self.high is None), "low and high go together")
        _require(self.low is None or self.high is None or self.low < self.high, "low must be below high")
        return self


class Choice(Model):
    """One of the listed values, all equally likely."""

    distribution: Literal["choice"]
    values: tuple[Number, ...] = Field(min_length=1, max_length=1000)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


DISTRIBUTIONS: dict[str, type[Model]] = {
    "uniform": Uniform,
    "loguniform": LogUniform,
    "triangular": Triangular,
    "normal": Normal,
    "lognormal": LogNormal,
    "beta": Beta,
    "choice": Choice,
}


def _kind_of_quantity(value: Any) -> str | None:
    if isinstance(value, str):
        return TAG + "text"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return TAG + "number"
    name = value.get("distribution") if isinstance(value, dict) else getattr(value, "distribution", None)
    return TAG + name if isinstance(name, str) else None


Draw = Uniform | LogUniform | Triangular | Normal | LogNormal | Beta | Choice

_TaggedDraw = (
    Annotated[Uniform, Tag(TAG + "uniform")]
    | Annotated[LogUniform, Tag(TAG + "loguniform")]
    | Annotated[Triangular, Tag(TAG + "triangular")]
    | Annotated[Normal, Tag(TAG + "normal")]
    | Annotated[LogNormal, Tag(TAG + "lognormal")]
    | Annotated[Beta, Tag(TAG + "beta")]
    | Annotated[Choice, Tag(TAG + "choice")]
)
TaggedDraw = Annotated[_TaggedDraw, Discriminator(_kind_of_quantity)]

Quantity = Annotated[
    Annotated[Number, Tag(TAG + "number")] | Annotated[str, Tag(TAG + "text")] | _TaggedDraw,
    Discriminator(_kind_of_quantity),
]

_WITH_UNIT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\D.*?)?\s*", re.ASCII | re.DOTALL)


def read_quantity(text: str, unit: str) -> float:
    """The number of a text such as "10 USD bn/yr", whose unit must be `unit` except for spaces.

    Raises ValueError, which names the expected unit.
    """
    match = _WITH_UNIT.fullmatch(text) if len(text) < 200 else None
    if not match:
        raise ValueError(f"must be a number in {unit}, a text such as '10 {unit}', or a distribution")
    given = " ".join((match[2] or "").split())
    if given != " ".join(unit.split()):
        what = f"the unit is '{given}'" if given else "the text names no unit"
        raise ValueError(f"{what}, must be '{unit}' (a bare number is taken in {unit})")
    number = float(match[1])
    if abs(number) == float("inf"):
        raise ValueError("must be a finite number")
    return number


def support(draw: Draw) -> list[tuple[str, float]]:
    """The named values of a distribution that must lie in the parameter's range: its ends or its centre."""
    if isinstance(draw, Choice):
        return [(f"values.{i}", value) for i, value in enumerate(draw.values)]
    if isinstance(draw, Normal):
        return [("mean", draw.mean)]
    if isinstance(draw, LogNormal):
        return [("median", draw.median)]
    if isinstance(draw, Beta):
        return [("low", 0.0 if draw.low is None else draw.low), ("high", 1.0 if draw.high is None else draw.high)]
    return [("low", draw.low), ("high", draw.high)]
