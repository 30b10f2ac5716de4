"""The language of a service's file: what forms/*.yaml may say. Data alone; nothing in it is ever executed.

An answer is addressed by its dotted path (``betrieb.rechtsform``), in a step that lists entries relative to
the entry. The JSON Schema of the language is made from these classes (`app.leistungen.sprachschema`).
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

SPRACHEN: Final = ("de", "en", "leicht")

Schluessel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Pfad = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,5}$", max_length=120)]
Bezug = Annotated[
    str, StringConstraints(pattern=r"^\.?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,5}$", max_length=121)
]
"""A path; with a leading dot it is meant inside the entry of the list that the field belongs to."""
Satz = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Wert = str | int | bool


class Teil(BaseModel):
    """A part of the file: unknown words are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Texte(Teil):
    """The same for people, in every language."""

    de: Satz
    en: Satz
    leicht: Satz

    def in_sprache(self, sprache: str) -> str:
        """The sentence; German where the language is not known."""
        return str(getattr(self, sprache, self.de))


class Vergleichswert(Teil):
    """What a comparison looks at in place of a fixed value: another answer, or a day counted from today."""

    feld: Bezug | None = None
    heute: Annotated[int, Field(ge=-36500, le=36500, description="Days from today")] | None = None

    @model_validator(mode="after")
    def _eines(self) -> Self:
        if (self.feld is None) == (self.heute is None):
            raise ValueError("feld oder heute / feld or heute")
        return self


Grenze = Annotated[int | str | Vergleichswert, Field(union_mode="left_to_right")]


class Bedingung(Teil):
    """True or false of the answers.

    Either one answer (`feld`) is compared, in one way, or conditions are joined. An answer that is not
    there, or belongs to a path that was left, fails every comparison but ``vorhanden: false``.
    """

    feld: Bezug | None = None
    ist: Wert | None = None
    nicht: Wert | None = None
    in_: tuple[Wert, ...] | None = Field(None, alias="in", min_length=1)
    nicht_in: tuple[Wert, ...] | None = Field(None, min_length=1)
    in_liste: Annotated[
        str | None, Field(pattern=r"^[a-z][a-z0-9_.]*$", description="Name of a registered code list")
    ] = None
    vorhanden: bool | None = None
    beginnt_mit: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    enthaelt: Annotated[Wert, Field(description="One of several chosen values")] | None = None
    kleiner: Grenze | None = None
    hoechstens: Grenze | None = None
    groesser: Grenze | None = None
    mindestens: Grenze | None = None
    anzahl_mindestens: Annotated[int, Field(ge=0)] | None = None
    anzahl_hoechstens: Annotated[int, Field(ge=0)] | None = None
    alter_mindestens: (
        Annotated[int, Field(ge=0, le=150, description="Full years today since the date")] | None
    ) = None
    alter_unter: Annotated[int, Field(ge=0, le=150, description="Full years today since the date")] | None = (
        None
    )
    alle: Annotated[tuple["Bedingung", ...], Field(min_length=1)] | None = None
    eine: Annotated[tuple["Bedingung", ...], Field(min_length=1)] | None = None
    keine: Annotated[tuple["Bedingung", ...], Field(min_length=1)] | None = None

    @property
    def art(self) -> str:
        """Name of the comparison, or of what joins the conditions."""
        return next(name for name in self.model_fields_set - {"feld"} if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _genau_ein_sinn(self) -> Self:
        gesagt = {name for name in self.model_fields_set - {"feld"} if getattr(self, name) is not None}
        if len(gesagt) != 1 or (self.feld is None) != bool(gesagt & {"alle", "eine", "keine"}):
            raise ValueError(
                "feld mit genau einem Vergleich, oder genau eines von alle, eine, keine"
                " / feld with one comparison, or one of alle, eine, keine"
            )
        return self


class Wahlmoeglichkeit(Teil):
    """One value to choose."""

    wert: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    text: Texte
    hinweis: Texte | None = None
    wenn: Bedingung | None = None


class Vorbelegung(Teil):
    """Where a first value comes from."""

    quelle: Literal[
        "konto.vornamen",
        "konto.familienname",
        "konto.geburtsname",
        "konto.doktorgrad",
        "konto.geburtsdatum",
        "konto.geburtsort",
        "konto.staatsangehoerigkeit",
        "konto.email",
        "konto.anschrift.strasse",
        "konto.anschrift.hausnummer",
        "konto.anschrift.zusatz",
        "konto.anschrift.plz",
        "konto.anschrift.ort",
        "konto.anschrift.staat",
        "konto.organisation.name",
        "konto.organisation.rechtsform",
        "konto.organisation.register_art",
        "konto.organisation.register_nummer",
        "konto.organisation.register_gericht",
        "konto.organisation.anschrift.strasse",
        "konto.organisation.anschrift.hausnummer",
        "konto.organisation.anschrift.plz",
        "konto.organisation.anschrift.ort",
        "gemeinde.ags",
        "heute",
    ]
    gesperrt_ab: Annotated[
        Literal["basis", "substantiell", "hoch"] | None,
        Field(description="From this level of the login on the value is the source's and cannot be changed"),
    ] = None
    nur_eintrag: Annotated[
        int | None, Field(ge=0, description="In a list: only in this entry, counted from 0")
    ] = None
    wenn: Annotated[Bedingung | None, Field(description="Holds, and locks, only then")] = None


class Pruefung(Teil):
    """A check of one value, with its own sentence where it is not met."""

    muss: Bedingung
    text: Texte
    code: Schluessel


Feldart = Literal[
    "text",
    "mehrzeilig",
    "ganzzahl",
    "betrag",
    "datum",
    "janein",
    "auswahl",
    "mehrfachauswahl",
    "email",
    "telefon",
    "plz",
    "iban",
    "kennzeichen",
    "wz",
    "gemeinde",
    "hinweis",
]
"""JSON of the answers: ``ganzzahl`` integer, ``betrag`` integer (cents), ``datum`` ISO 8601, ``janein``
boolean, ``mehrfachauswahl`` list of strings, ``hinweis`` none (a sentence on the page), all others strings.
``wz``: five digits of WZ 2008; ``gemeinde``: AGS of a town of NRW."""


class Feldangabe(Teil):
    """One question."""

    schluessel: Pfad
    typ: Feldart
    label: Texte
    hilfe: Texte | None = None
    fim: Annotated[str, StringConstraints(pattern=r"^[FG]\d{8,14}$")] | None = None
    gewa: tuple[Annotated[int, Field(ge=1, le=33)], ...] = ()
    """Numbers of the field in GewA 1, 2 or 3 (the form of `gegenstand`)."""
    autocomplete: (
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$")] | None
    ) = None
    """Token of HTML (WCAG 1.3.5)."""
    liste: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$")] | None = None
    """Name of a registered code list."""
    werte: tuple[Wahlmoeglichkeit, ...] = ()
    vorbelegung: Vorbelegung | None = None
    wenn: Bedingung | None = None
    pflicht: bool | Bedingung = True
    mindestens: Annotated[int | str | Vergleichswert, Field(union_mode="left_to_right")] | None = None
    hoechstens: Annotated[int | str | Vergleichswert, Field(union_mode="left_to_right")] | None = None
    """Bounds of numbers and dates."""
    hoechstlaenge: Annotated[int, Field(ge=1, le=5000)] | None = None
    """Characters, where the default of the kind (text 200, mehrzeilig 2000) or the model's is not meant."""
    pruefungen: tuple[Pruefung, ...] = ()
    aufbewahrung: Schluessel | None = None
    """Retention class; None: the form's own."""
    besonders: bool = False
    """Special category of personal data (Art. 9 GDPR)."""
    nur_formular: bool = False
    """Leads through the form, is stored with the answers, and is no part of `gegenstand`."""


class Gruppe(Teil):
    """Questions that belong together, under one heading."""

    titel: Texte
    hilfe: Texte | None = None
    wenn: Bedingung | None = None
    felder: Annotated[tuple[Feldangabe, ...], Field(min_length=1)]


def _feld_oder_gruppe(wert: Any) -> str:
    return "gruppe" if isinstance(wert, Gruppe) or (isinstance(wert, dict) and "felder" in wert) else "feld"


Element = Annotated[
    Annotated[Feldangabe, Tag("feld")] | Annotated[Gruppe, Tag("gruppe")], Discriminator(_feld_oder_gruppe)
]
"""A question, or several under a heading."""


class Schritt(Teil):
    """One page. With `liste` it collects entries, each with these questions."""

    schluessel: Schluessel
    titel: Texte
    hilfe: Texte | None = None
    wenn: Bedingung | None = None
    liste: Pfad | None = None
    mindestens: Annotated[int | Bedingung, Field(description="Fewest entries, or when one is needed")] = 1
    hoechstens: Annotated[int, Field(ge=1, le=200)] = 50
    eintrag: Texte | None = None
    """What one entry is called, e.g. Person."""
    eintragstitel: tuple[Pfad, ...] = ()
    """Answers that name an entry in the overview."""
    felder: Annotated[tuple[Element, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _eintrag_mit_namen(self) -> Self:
        if self.liste is not None and (self.eintrag is None or not self.eintragstitel):
            raise ValueError(
                "liste braucht eintrag und eintragstitel / liste needs eintrag and eintragstitel"
            )
        return self


class Nachweis(Teil):
    """A document that belongs to the application."""

    schluessel: Schluessel
    titel: Texte
    hilfe: Texte | None = None
    wenn: Bedingung | None = None
    pflicht: bool | Bedingung = False
    medientypen: Annotated[
        tuple[Literal["application/pdf", "image/jpeg", "image/png", "image/tiff"], ...], Field(min_length=1)
    ] = ("application/pdf", "image/jpeg", "image/png")
    hoechstens_mib: Annotated[int, Field(ge=1, le=100)] = 10
    anzahl: Annotated[int, Field(ge=1, le=20)] = 1
    aufbewahrung: Schluessel | None = None
    besonders: bool = False


class Rechtsgrundlage(Teil):
    """A provision and what it says about this service."""

    norm: Satz
    text: Texte


Ebene = Literal["gemeinde", "kreis", "bezirksregierung", "landschaftsverband"]


class Zustaendigkeit(Teil):
    """Who decides: the first case whose condition holds."""

    ebene: Ebene
    einheit: Texte
    wenn: Bedingung | None = None
    hinweis: Texte | None = None


class Niveauangabe(Teil):
    """How sure the login has to be, and why."""

    mindestens: Literal["basis", "substantiell", "hoch"]
    grund: Texte


class Gebuehrenfall(Teil):
    """What it costs in a case; the first whose condition holds. Both sums zero: free."""

    wenn: Bedingung | None = None
    betrag_cent: Annotated[int, Field(ge=0, le=100_000_00)]
    bis_cent: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    """Upper end of a frame."""
    text: Texte


class Gebuehrenregel(Teil):
    """The fee. A sum that the town has settled for itself goes before these."""

    grundlage: Satz
    belegt: bool
    """False: the sum is assumed or old, to be confirmed by the town."""
    faelle: Annotated[tuple[Gebuehrenfall, ...], Field(min_length=1)]


class Fristangabe(Teil):
    """A time that the law sets to somebody."""

    schluessel: Schluessel
    fuer: Literal["amt", "person"]
    tage: Annotated[int, Field(ge=1, le=3650)]
    ab: Literal["eingang", "vollstaendigkeit", "ereignis", "entscheidung"]
    grundlage: Satz
    text: Texte


class Aufbewahrungsklasse(Teil):
    """How long data are kept."""

    tage: Annotated[int, Field(ge=1, le=36500)]
    ab: Literal["eingang", "abschluss", "abmeldung"]
    grundlage: Satz
    belegt: bool
    text: Texte


class Datenempfaenger(Teil):
    """Who else gets data, on which ground."""

    name: Texte
    grundlage: Satz
    angaben: Texte
    wenn: Bedingung | None = None


class Datenschutz(Teil):
    """What the privacy notice is made of (Art. 13 GDPR)."""

    zweck: Texte
    grundlage: Satz
    empfaenger: tuple[Datenempfaenger, ...] = ()
    schutzklasse: Literal["normal", "besonders"] = "normal"
    aufbewahrung: dict[Schluessel, Aufbewahrungsklasse]
    standard: Schluessel
    """The class of what names none."""


class Gegenstand(Teil):
    """The domain model that the answers end in; it adds its own rules, lists and lengths."""

    art: Literal["gewerbeanzeige"]
    form: Literal["A1", "A2", "A3"]


class Regel(Teil):
    """What has to hold between answers; `feld` is where a fault is shown."""

    code: Schluessel
    feld: Bezug
    wenn: Bedingung | None = None
    muss: Bedingung
    text: Texte


class Bestaetigung(Teil):
    """A second person, with a login of their own, confirms part of it after it was sent."""

    durch: Texte
    hinweis: Texte
    zeigt: Annotated[tuple[Pfad, ...], Field(min_length=1)]
    """The answers that the second person sees, and no others."""
    felder: Annotated[tuple[Feldangabe, ...], Field(min_length=1)]
    tage: Annotated[int, Field(ge=1, le=90)] = 21
    """How long the request is open."""


class Ergebnis(Teil):
    """What comes out."""

    titel: Texte
    text: Texte
    """What happens after sending."""
    bescheinigung: bool = False
    """A certificate comes at once where nothing is to be examined."""


class Definition(Teil):
    """A service."""

    formular: Literal[1]
    leistung: Schluessel
    leika: Annotated[str, StringConstraints(pattern=r"^99\d{12}$")]
    leika_belegt: bool
    archetyp: Literal["A", "B", "C", "D", "E"]
    """A notice, B application, C with others heard, D certificate, E competence to be settled."""
    titel: Texte
    kurz: Texte
    suchworte: Annotated[tuple[Satz, ...], Field(min_length=1)]
    dauer_minuten: Annotated[int, Field(ge=1, le=240)]
    bereithalten: tuple[Texte, ...]
    rechtsgrundlagen: Annotated[tuple[Rechtsgrundlage, ...], Field(min_length=1)]
    zustaendig: Annotated[tuple[Zustaendigkeit, ...], Field(min_length=1)]
    niveau: Niveauangabe
    gebuehr: Gebuehrenregel
    fristen: Annotated[tuple[Fristangabe, ...], Field(min_length=1)]
    datenschutz: Datenschutz
    gegenstand: Gegenstand | None = None
    schritte: Annotated[tuple[Schritt, ...], Field(min_length=1)]
    nachweise: tuple[Nachweis, ...] = ()
    regeln: tuple[Regel, ...] = ()
    bestaetigung: Bestaetigung | None = None
    ergebnis: Ergebnis
