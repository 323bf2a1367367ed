"""A standard of network adequacy as data: whom it looks at and what it asks for; figures are in tables."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from rules.rule import Document, Model, Name, Text
from rules.tested import Fixtures

CountyType = Literal["Large Metro", "Metro", "Micro", "Rural", "CEAC"]
"""Types of county as CMS designates them; CEAC has extreme access considerations."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3}$")]
Share = Annotated[float, Field(gt=0, le=1)]


class Providers(Model):
    """A specialty of providers: those with one of the taxonomy `codes` (none given: the tables' own)."""

    title: Text
    codes: list[Text] = Field(default_factory=list)


class Facilities(Model):
    """A specialty of facilities: those of one of the `types` in your data.

    At least `least` of them must be in reach of somebody; none where the number cannot be told from the data,
    as beds cannot: then the specialty can fail, and never passes.
    """

    title: Text
    types: list[Text] = Field(min_length=1)
    least: int | None = Field(1, ge=0)


class Telehealth(Model):
    """What is added to the share in reach where a provider of the specialty has the credential."""

    credit: Share
    credential: Text
    specialties: list[Code] = Field(min_length=1)


class Changed(Model):
    """Figures of your own for a specialty in one type of county, in place of the tables'."""

    specialty: Code
    county_type: CountyType
    minutes: float = Field(gt=0)
    miles: float = Field(gt=0)
    per_thousand: float = Field(0.0, ge=0)


class StandardSpec(Model):
    """Specialties by their HSD code, and the share of beneficiaries who must have one in reach.

    Minutes become miles at the speed that the figures of the specialty `speedOf` imply in a type of county.
    """

    about: str = ""
    sources: list[Text] = Field(min_length=1)
    shares: dict[CountyType, Share]
    speed_of: Code
    providers: dict[Code, Providers] = Field(default_factory=dict)
    facilities: dict[Code, Facilities] = Field(default_factory=dict)
    telehealth: Telehealth | None = None
    changed: list[Changed] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> "StandardSpec":
        missing = sorted(set(get_args(CountyType)) - set(self.shares))
        if missing:
            raise ValueError(f"shares lack {', '.join(missing)}")
        if not self.providers and not self.facilities:
            raise ValueError("name providers, facilities or both")
        if self.telehealth is not None:
            unknown = sorted(set(self.telehealth.specialties) - set(self.providers))
            if unknown:
                raise ValueError(f"telehealth names specialties that are not looked at: {', '.join(unknown)}")
        return self


class AdequacyStandard(Document):
    """One standard, chosen by its name."""

    kind: Literal["AdequacyStandard"]
    spec: StandardSpec


class AdequacyCase(Model):
    """What the report must say of one specialty; `unknown` where the data cannot tell the number needed."""

    specialty: Code
    in_reach: int | None = None
    providers: int | None = None
    expect: Literal["pass", "fail", "unknown"]


class AdequacyTestSpec(Model):
    """Examples of one standard on a fixed day: all patients live in one county of the tables (SSA code)."""

    as_of: date
    standard: Name
    county: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    fixtures: Fixtures
    cases: list[AdequacyCase] = Field(min_length=1)


class AdequacyTest(Document):
    """Examples with what they must give."""

    kind: Literal["AdequacyTest"]
    spec: AdequacyTestSpec
