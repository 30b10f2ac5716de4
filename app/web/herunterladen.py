"""Files that people fetch from a page."""

from urllib.parse import quote

from fastapi import Response


def datei(inhalt: bytes, medientyp: str, dateiname: str) -> Response:
    """The file under its name; always a download: nothing uploaded is shown by a browser under our name."""
    kopf = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(dateiname, safe='')}"}
    return Response(inhalt, media_type=medientyp, headers=kopf)
