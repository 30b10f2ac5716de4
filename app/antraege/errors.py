"""What can go wrong when a submission is taken in."""

from app.problems import Problem


class SchluesselUngueltig(Problem):
    """The header Idempotency-Key cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "idempotency_key_ungueltig",
            "Der Idempotency-Key muss einmal dastehen und aus 1 bis 255 sichtbaren ASCII-Zeichen bestehen.",
            "The Idempotency-Key has to be given once and to consist of 1 to 255 visible ASCII characters.",
        )


class SchluesselVergeben(Problem):
    """A key has been used for a submission with other content."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "idempotency_key_vergeben",
            "Unter diesem Schlüssel (Idempotency-Key oder UUID) liegt schon etwas anderes vor.",
            "Something else has already been submitted under this key (Idempotency-Key or UUID).",
        )
