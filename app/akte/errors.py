"""Faults of the file."""

from uuid import UUID


class UngueltigesSchema(ValueError):
    """The scheme of a town's file numbers is not in the language of `app.akte.aktenzeichen`."""


class UnbekanntesDokument(LookupError):
    """No such document, or none that this town may see."""

    def __init__(self, dokument_id: UUID) -> None:
        super().__init__(f"document {dokument_id} is not there")
