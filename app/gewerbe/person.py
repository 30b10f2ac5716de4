"""Persons and addresses of a notice (fields 4 to 11 and 14 to 17, permits of residence)."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from app.gewerbe.codes import EIN_ODER_ZWEISTELLIG, ZWEISTELLIG, AusListe
from app.gewerbe.feld import Feld, Fim
from app.gewerbe.texte import Datum, Kurztext, Name, Text, Zeile

Gemeindeschluessel = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
"""AGS, 8 digits, of Destatis."""
Staatenschluessel = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
DEUTSCHLAND = "276"
DEUTSCH = "000"


class Teil(BaseModel):
    """Base of every part: immutable, closed, German field names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Erreichbarkeit(Teil):
    """One way to reach somebody."""

    kanal: Annotated[
        str, AusListe("kanal", ZWEISTELLIG), Field(title="Art der Erreichbarkeit", examples=["email"])
    ]
    kennung: Annotated[Zeile, Field(title="Nummer oder Adresse", examples=["kontakt@example.org"])]


class Anschrift(Teil):
    """A postal address anywhere in the world; what a country does not have is left out."""

    strasse: Annotated[
        Zeile, Fim("F60000000243"), Field(title="Straße, Postfach oder Ortslage", examples=["Rathausplatz"])
    ]
    strassenschluessel: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None,
        Field(title="Straßenschlüssel, zehn Stellen"),
    ] = None
    hausnummer: Annotated[Kurztext | None, Fim("F60000000244"), Field(title="Hausnummer", examples=["1"])] = (
        None
    )
    hausnummer_bis: Annotated[Kurztext | None, Field(title="letzte Hausnummer eines Bereichs")] = None
    zusatz: Annotated[Zeile | None, Fim("F60000000248"), Field(title="Zusatz zur Anschrift")] = None
    ort: Annotated[Zeile, Fim("F60000000247"), Field(title="Ort", examples=["Paderborn"])]
    ortsteil: Annotated[Zeile | None, Field(title="Ortsteil")] = None
    plz: Annotated[
        Annotated[Kurztext, StringConstraints(max_length=15)] | None,
        Fim("F60000000246"),
        Field(title="Postleitzahl", examples=["33098"]),
    ] = None
    nation: Annotated[
        Staatenschluessel,
        Field(title="Staat", description="ISO 3166-1 numerisch, 276 = Deutschland", examples=["276"]),
    ] = DEUTSCHLAND


Erreichbarkeiten = Annotated[tuple[Erreichbarkeit, ...], Field(max_length=10, title="Erreichbarkeit")]


class Auflage(Teil):
    """Restriction on gainful activity in a residence title."""

    vorhanden: Annotated[StrictBool, Field(title="Auflage oder Beschränkung enthalten?")]
    text: Annotated[Text | None, Field(title="Auflage oder Beschränkung")] = None


class Aufenthaltstitel(Teil):
    """Residence title; asked only of foreigners who need one."""

    vorhanden: Annotated[StrictBool, Field(title="Aufenthaltstitel liegt vor?")]
    ausgestellt_am: Annotated[Datum | None, Field(title="Ausstellungsdatum des Aufenthaltstitels")] = None
    behoerde: Annotated[Zeile | None, Field(title="Erteilende Behörde", examples=["Stadt Paderborn"])] = None
    plz: Annotated[
        Annotated[Kurztext, StringConstraints(max_length=15)] | None,
        Field(title="Postleitzahl der erteilenden Behörde"),
    ] = None
    ort: Annotated[Zeile | None, Field(title="Ort der erteilenden Behörde")] = None
    auflage: Annotated[Auflage | None, Feld(A1=31, A2=28), Field(title="Auflage")] = None


class PersonOhneTitel(Teil):
    """Owner, managing partner or legal representative, as GewA 3 asks.

    All but the name may be missing: messages of offices that do not get those fields are taken in, too.
    """

    funktion: Annotated[
        str, AusListe("funktion", EIN_ODER_ZWEISTELLIG), Feld(), Field(title="Funktion", examples=["inhaber"])
    ]
    doktorgrad: Annotated[Kurztext | None, Feld(4), Field(title="Doktorgrad", examples=["Dr."])] = None
    familienname: Annotated[
        Name, Feld(4, fim="F60000000227"), Field(title="Familienname", examples=["Musterfrau"])
    ]
    vornamen: Annotated[Name, Feld(5, fim="F60000000228"), Field(title="Vornamen", examples=["Erika Maria"])]
    geschlecht: Annotated[
        Annotated[str, AusListe("geschlecht", "[1-9]")] | None,
        Feld(6, fim="F60000000332"),
        Field(title="Geschlecht laut Geburtsurkunde", examples=["w"]),
    ] = None
    geburtsname: Annotated[Name | None, Feld(7, fim="F60000000230"), Field(title="Geburtsname")] = None
    geburtsdatum: Annotated[
        Datum | None,
        Feld(8, fim="F60000000231"),
        Field(title="Geburtsdatum", examples=[date(1985, 4, 17)]),
    ] = None
    geburtsort: Annotated[
        Name | None, Feld(9, fim="F60000000234"), Field(title="Geburtsort", examples=["Bielefeld"])
    ] = None
    geburtsland: Annotated[
        Name | None, Feld(9, fim="F60000000235"), Field(title="Geburtsland", examples=["Deutschland"])
    ] = None
    staatsangehoerigkeiten: Annotated[
        tuple[Staatenschluessel, ...],
        Feld(10, fim="F60000000236"),
        Field(
            max_length=10,
            title="Staatsangehörigkeiten",
            description="Schlüssel des Statistischen Bundesamts, 000 = deutsch",
            examples=[["000"]],
        ),
    ] = ()
    anschrift: Annotated[Anschrift | None, Feld(11), Field(title="Anschrift der Wohnung")] = None
    erreichbarkeit: Annotated[Erreichbarkeiten, Feld(11)] = ()


class Person(PersonOhneTitel):
    """Owner, managing partner or legal representative, as GewA 1 and 2 ask."""

    aufenthaltstitel: Annotated[
        Aufenthaltstitel | None, Feld(A1=30, A2=27), Field(title="Aufenthaltstitel")
    ] = None


class Vertretungsberechtigt(Teil):
    """Authorised person or manager of a German AG, a branch or a dependent branch."""

    familienname: Annotated[Name, Field(title="Familienname", examples=["Beispiel"])]
    vornamen: Annotated[Name, Field(title="Vornamen", examples=["Jo"])]


class Niederlassung(Teil):
    """A place of business with its address."""

    anschrift: Annotated[Anschrift, Field(title="Anschrift")]
    erreichbarkeit: Erreichbarkeiten = ()


class FruehereBetriebsstaette(Niederlassung):
    """Where the business was before.

    `gemeinde` leads the Rückmeldung to the previous office (§ 3 Abs. 2a GewAnzV).
    """

    gemeinde: Annotated[Gemeindeschluessel | None, Field(title="Gemeindeschlüssel der früheren Gemeinde")] = (
        None
    )
