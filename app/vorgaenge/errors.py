"""What can go wrong with a case."""

from app.problems import Problem


class UnbekannterVorgang(Problem):
    """There is no such case, or it is another town's."""

    def __init__(self) -> None:
        super().__init__(404, "vorgang_unbekannt", "Diesen Vorgang gibt es nicht.", "There is no such case.")


class SchonEntschieden(Problem):
    """The case has been decided otherwise; decisions are not taken back."""

    def __init__(self, zustand: str) -> None:
        super().__init__(
            409,
            f"vorgang_{zustand}",
            "Über diesen Vorgang ist schon anders entschieden worden.",
            "This case has already been decided otherwise.",
        )
