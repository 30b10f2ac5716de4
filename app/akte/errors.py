"""Faults of the file."""

from uuid import UUID

from app.problems import Problem


class UnbekanntesDokument(LookupError):
    """No such document, or none that this town may see."""

    def __init__(self, dokument_id: UUID) -> None:
        super().__init__(f"document {dokument_id} is not there")


class DokumentUnbekannt(Problem):
    """The case has no such document, or none that may be seen here."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "dokument_unbekannt",
            "Dieses Dokument gibt es hier nicht.",
            "There is no such document here.",
        )
