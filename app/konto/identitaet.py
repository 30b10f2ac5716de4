"""Who a provider says has logged in, in one form for every provider."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from app.konto.niveau import Niveau
from app.konto.rollen import Rollenzuweisung


class Kontoart(StrEnum):
    """What kind of account it is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    BESCHAEFTIGT = "beschaeftigt"


class Anschrift(BaseModel):
    """An address anywhere in the world: no part is required, no postcode has a German shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strasse: str | None = None
    hausnummer: str | None = None
    zusatz: str | None = None
    plz: str | None = None
    ort: str | None = None
    staat: str | None = None


class Organisation(BaseModel):
    """The firm or body that an organisation's login acts for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rechtsform: str | None = None
    register_art: str | None = None
    register_nummer: str | None = None
    register_gericht: str | None = None
    anschrift: Anschrift | None = None


class Angaben(BaseModel):
    """What the provider tells about the account; what it does not tell is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vornamen: str | None = None
    familienname: str | None = None
    geburtsname: str | None = None
    doktorgrad: str | None = None
    geburtsdatum: date | None = None
    geburtsort: str | None = None
    staatsangehoerigkeit: str | None = None
    anschrift: Anschrift | None = None
    email: str | None = None
    organisation: Organisation | None = None
    herkunft: str | None = None
    """How the provider has made sure (eID, ELSTER, user name and password ...), in its own word."""

    @property
    def name(self) -> str:
        """How the account is called on a page."""
        if self.organisation:
            return self.organisation.name
        return " ".join(teil for teil in (self.vornamen, self.familienname) if teil) or "Ohne Namen"


@dataclass(frozen=True, slots=True)
class Anmeldung:
    """A login that has passed every check."""

    anbieter: str
    issuer: str
    subjekt: str
    art: Kontoart
    niveau: Niveau
    angaben: Angaben
    authentifiziert_am: datetime
    sid: str | None = None
    """Session at the provider, for back-channel logout."""
    rollen: tuple[Rollenzuweisung, ...] = field(default=())
