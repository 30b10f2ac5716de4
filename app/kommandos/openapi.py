"""`amt openapi`: write the interface's description; a test compares it with the committed one."""

from pathlib import Path
from typing import Annotated

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("openapi")(openapi)


def openapi(
    datei: Annotated[Path, typer.Argument(help="Zieldatei")] = Path("openapi/openapi.json"),
) -> None:
    """Die OpenAPI-Beschreibung schreiben. / Write the OpenAPI description."""
    datei.write_text(als_text(), encoding="utf-8")
    typer.echo(str(datei))


def als_text() -> str:
    """The description as it is committed."""
    import json

    from app.main import create_app

    return json.dumps(create_app().openapi(), ensure_ascii=False, indent=2) + "\n"
