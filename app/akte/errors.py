"""Faults of the file."""

from uuid import UUID


class UnbekanntesDokument(LookupError):
    """No such document, or none that this town may see."""

    def __init__(self, dokument_id: UUID) -> None:
        super().__init__(f"document {dokument_id} is not there")
