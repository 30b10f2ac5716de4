"""A service handed from town to town: a ZIP with the form, its licence and how it is used, signed.

Nothing in it is a path to be followed or a program to be run: four members of known names, bounded, and
checked against the hashes that are signed. The signature (Ed25519 over the bytes of ``angaben.json``) says
who has made the ZIP; whether that key is trusted is the importing side's decision, by its fingerprint.
"""

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.leistungen.definition import Definition
from app.leistungen.formular import Formular
from app.leistungen.formularpruefung import pruefe_definition
from xoev.zipfehler import ZipKaputt, nur_heile

FORMULAR: Final = "formular.json"
LIZENZ: Final = "LICENSE"
ANGABEN: Final = "angaben.json"
UNTERSCHRIFT: Final = "unterschrift.json"
_NAMEN: Final = {FORMULAR, LIZENZ, ANGABEN, UNTERSCHRIFT}
_HOECHSTENS: Final = 4 * 1024 * 1024
LIZENZTEXT: Final = """\
Dieses Formular steht unter der EUPL-1.2 (https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12).
This form is licensed under the EUPL-1.2.
"""


class NichtLesbar(ValueError):
    """The ZIP is not one of these, or somebody has changed it; the message says what is wrong."""


class Einsatz(BaseModel):
    """How the town that hands it on has used the service."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zustand: str = Field(max_length=40)
    seit: date | None = None
    antraege: int | None = Field(None, ge=0)


class Angaben(BaseModel):
    """What the ZIP says about itself; these bytes are signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    art: str = Field("digitales-gewerbeamt/formular", pattern="^digitales-gewerbeamt/formular$")
    leistung: str = Field(max_length=60)
    titel: str = Field(max_length=2000)
    hash: str = Field(pattern="^[0-9a-f]{64}$")
    lizenz: str = Field(max_length=40)
    ags: str = Field(pattern="^[0-9]{8}$")
    gemeinde: str = Field(max_length=200)
    ausgegeben_am: datetime
    einsatz: Einsatz
    dateien: dict[str, str] = Field(max_length=2)
    """SHA-256 of the other members, by name."""


@dataclass(frozen=True, slots=True)
class Paket:
    """A ZIP that has been read: unchanged since it was signed with this key."""

    formular: Formular
    angaben: Angaben
    fingerabdruck: str
    """SHA-256 of the public key, in groups of four hexadecimal digits."""

    @property
    def herkunft(self) -> Mapping[str, Any]:
        """What is kept with the form that was taken over."""
        return {
            "ags": self.angaben.ags,
            "gemeinde": self.angaben.gemeinde,
            "lizenz": self.angaben.lizenz,
            "ausgegeben_am": self.angaben.ausgegeben_am.isoformat(),
            "schluessel": self.fingerabdruck,
        }


def packe(
    formular: Formular, *, ags: str, gemeinde: str, einsatz: Einsatz, schluessel: Ed25519PrivateKey
) -> bytes:
    """The ZIP."""
    inhalt = _json(formular.inhalt)
    teile = {FORMULAR: inhalt, LIZENZ: LIZENZTEXT.encode()}
    angaben = Angaben(
        leistung=formular.definition.leistung,
        titel=formular.definition.titel.de,
        hash=formular.hash,
        lizenz="EUPL-1.2",
        ags=ags,
        gemeinde=gemeinde,
        ausgegeben_am=datetime.now(UTC).replace(microsecond=0),
        einsatz=einsatz,
        dateien={name: sha256(daten).hexdigest() for name, daten in teile.items()},
    )
    teile[ANGABEN] = _json(angaben.model_dump(mode="json"))
    oeffentlich = schluessel.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    teile[UNTERSCHRIFT] = _json(
        {
            "verfahren": "Ed25519",
            "schluessel": base64.b64encode(oeffentlich).decode(),
            "unterschrift": base64.b64encode(schluessel.sign(teile[ANGABEN])).decode(),
        }
    )
    ausgabe = io.BytesIO()
    with zipfile.ZipFile(ausgabe, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, daten in teile.items():
            archiv.writestr(name, daten)
    return ausgabe.getvalue()


def lies(daten: bytes) -> Paket:
    """Reads a ZIP and checks its signature, its hashes and the form itself; raises NichtLesbar."""
    teile = _teile(daten)
    oeffentlich = _pruefe_unterschrift(teile)
    try:
        angaben = Angaben.model_validate_json(teile[ANGABEN])
        definition = Definition.model_validate_json(teile[FORMULAR])
    except ValidationError as fehler:
        raise NichtLesbar(
            f"Inhalt nicht nach der Formularsprache / not in the language of forms: "
            f"{fehler.error_count()} × {fehler.errors(include_input=False)[0]['loc']}"
        ) from None
    if angaben.dateien != {name: sha256(teile[name]).hexdigest() for name in (FORMULAR, LIZENZ)}:
        raise NichtLesbar("Ein Teil wurde verändert. / A member has been changed.")
    if schwere := [befund for befund in pruefe_definition(definition, None) if befund.schwere == "error"]:
        raise NichtLesbar(f"{schwere[0].pfad}: {schwere[0].text_de} / {schwere[0].text_en}")
    formular = Formular(definition)
    if (formular.hash, definition.leistung) != (angaben.hash, angaben.leistung):
        raise NichtLesbar("Angaben und Formular passen nicht zusammen. / Form and statement do not match.")
    return Paket(formular, angaben, fingerabdruck(oeffentlich))


def fingerabdruck(oeffentlich: bytes) -> str:
    """How people compare keys."""
    ziffern = sha256(oeffentlich).hexdigest()
    return " ".join(ziffern[stelle : stelle + 4] for stelle in range(0, 32, 4))


def _teile(daten: bytes) -> dict[str, bytes]:
    try:
        with nur_heile(NichtLesbar), zipfile.ZipFile(io.BytesIO(daten)) as archiv:
            verzeichnis = archiv.infolist()
            if {eines.filename for eines in verzeichnis} != _NAMEN or len(verzeichnis) != len(_NAMEN):
                raise NichtLesbar("Kein Formularpaket. / No package of a form.")
            if sum(eines.file_size for eines in verzeichnis) > _HOECHSTENS:
                raise NichtLesbar("Das Paket ist zu groß. / The package is too large.")
            # What a head says about sizes may be a lie: no more is read than it has said.
            return {eines.filename: _gelesen(archiv, eines) for eines in verzeichnis}
    except ZipKaputt as fehler:
        raise NichtLesbar("Keine lesbare ZIP-Datei. / No readable ZIP file.") from fehler


def _gelesen(archiv: zipfile.ZipFile, eines: zipfile.ZipInfo) -> bytes:
    with archiv.open(eines) as strom:
        daten = strom.read(eines.file_size + 1)
    if len(daten) != eines.file_size:
        raise NichtLesbar("Keine lesbare ZIP-Datei. / No readable ZIP file.")
    return daten


def _pruefe_unterschrift(teile: Mapping[str, bytes]) -> bytes:
    try:
        angabe = json.loads(teile[UNTERSCHRIFT])
        oeffentlich = base64.b64decode(angabe["schluessel"], validate=True)
        unterschrift = base64.b64decode(angabe["unterschrift"], validate=True)
        if angabe["verfahren"] != "Ed25519":
            raise NichtLesbar("Unbekanntes Verfahren der Unterschrift. / Unknown kind of signature.")
        Ed25519PublicKey.from_public_bytes(oeffentlich).verify(unterschrift, teile[ANGABEN])
    except InvalidSignature:
        raise NichtLesbar("Die Unterschrift stimmt nicht. / The signature does not fit.") from None
    except (ValueError, TypeError, KeyError, RecursionError) as fehler:
        if isinstance(fehler, NichtLesbar):
            raise
        raise NichtLesbar("Die Unterschrift ist nicht lesbar. / The signature cannot be read.") from None
    return oeffentlich


def _json(wert: Any) -> bytes:
    return json.dumps(wert, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
