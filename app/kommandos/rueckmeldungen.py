"""`amt rueckmeldungen`: what people have said about the pages."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.rueckmeldung.service import Eintrag


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("rueckmeldungen")(rueckmeldungen)


def rueckmeldungen(
    ags: Annotated[str | None, typer.Argument(help="Nur diese Gemeinde / this town alone")] = None,
    *,
    als_json: Annotated[bool, typer.Option("--json", help="JSON statt Text")] = False,
) -> None:
    """Was Menschen zu den Seiten sagen. / What people say about the pages."""
    from app.db.zugang import in_transaktion
    from app.rueckmeldung import service
    from app.settings import settings

    eintraege = in_transaktion(settings(), lambda session: service.alle(session, ags))
    if als_json:
        typer.echo(json.dumps([_als_dict(einer) for einer in eintraege], ensure_ascii=False, indent=2))
    else:
        for einer in eintraege:
            typer.echo(_als_zeilen(einer))


def _als_dict(eintrag: "Eintrag") -> dict[str, object]:
    return {
        "id": str(eintrag.id),
        "ags": eintrag.ags,
        "erstellt_am": eintrag.erstellt_am.isoformat(),
        "seite": eintrag.seite,
        "sprache": eintrag.sprache,
        "anliegen": eintrag.anliegen.value,
        "bewertung": eintrag.bewertung,
        "text": eintrag.text,
        "email": eintrag.email,
    }


def _als_zeilen(eintrag: "Eintrag") -> str:
    note = f" {eintrag.bewertung}/5" if eintrag.bewertung else ""
    ort = eintrag.ags or "–"
    kopf = f"{eintrag.erstellt_am:%Y-%m-%d %H:%M} {ort} {eintrag.anliegen.value}{note} {eintrag.seite}"
    weitere = (zeile for wert in (eintrag.text, eintrag.email) if wert for zeile in wert.splitlines())
    # What somebody typed is shown, never obeyed by a terminal.
    return "\n".join([kopf, *(f"    {_druckbar(zeile)}" for zeile in weitere)])


def _druckbar(zeile: str) -> str:
    return "".join(zeichen if zeichen.isprintable() else "�" for zeichen in zeile)
