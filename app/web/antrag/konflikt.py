"""Two windows, one draft: what differs is shown side by side, and the person says what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse

from app.antraege import entwuerfe
from app.antraege.entwuerfe import EntwurfVeraltet
from app.leistungen.formular import Abschnitt, Formular
from app.web.antrag.eingang import Eingabe
from app.web.antrag.schrittseite import Ort


@dataclass(frozen=True, slots=True)
class Unterschied:
    """One answer in both versions, to read."""

    label: str
    hier: str
    gespeichert: str


async def zeige(
    hier: Ort, eingabe: Eingabe, neue: Mapping[str, Any], veraltet: EntwurfVeraltet
) -> HTMLResponse:
    """The page that asks; what was typed goes with it and can be sent again against today's version."""
    offen = hier.offen
    besuch, formular = offen.besuch, offen.entwurf.formular
    gespeichert = await entwuerfe.lies(offen.session, offen.wer, offen.entwurf.id)
    sprache = besuch.sprache.schluessel
    eigene, andere = (_texte(formular, antworten, sprache) for antworten in (neue, gespeichert.antworten))
    unterschiede = []
    for fehler in veraltet.errors:
        stelle = formular.ort(fehler["pointer"])
        if stelle is not None:
            label = eigene.get(stelle, andere.get(stelle, ("", "")))[0]
            texte = (seite.get(stelle, ("", ""))[1] for seite in (eigene, andere))
            unterschiede.append(Unterschied(label, *texte))
    return besuch.seite(
        "antrag/konflikt.html",
        {
            "weg": hier.weg,
            "titel": hier.schritt.titel.in_sprache(sprache),
            "unterschiede": unterschiede,
            "tun": eingabe.tun,
            "mitgeben": [
                *(
                    (name, wert)
                    for name, werte in eingabe.felder.items()
                    if name not in {"_tun", "_fassung"}
                    for wert in werte
                ),
                ("_fassung", str(gespeichert.fassung)),
            ],
        },
        409,
    )


def _texte(
    formular: Formular, antworten: Mapping[str, Any], sprache: str
) -> dict[tuple[str, int | None, str], tuple[str, str]]:
    """Label and answer by place."""
    gefunden: dict[tuple[str, int | None, str], tuple[str, str]] = {}

    def lies(abschnitt: Abschnitt) -> None:
        for zeile in abschnitt.zeilen:
            gefunden[abschnitt.schritt, abschnitt.eintrag, zeile.pfad] = (zeile.label, zeile.text)
        for teil in (*abschnitt.gruppen, *abschnitt.eintraege):
            lies(teil)

    for abschnitt in formular.abschnitte(antworten, sprache):
        lies(abschnitt)
    return gefunden
