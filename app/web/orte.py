"""What towns and bodies are called."""

from app.mandanten.zustaendig import UnbekannteGemeinde, UnbekannteStelle, gemeinde, stelle


def ort(schluessel: str) -> str:
    """Name of a town (by AGS) or body (by key); one that is no longer there keeps its key."""
    try:
        return gemeinde(schluessel).name if schluessel.isdigit() else stelle(schluessel).name
    except (UnbekannteGemeinde, UnbekannteStelle):
        return schluessel
