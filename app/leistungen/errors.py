"""What can go wrong when a service is asked for."""

from app.problems import Problem


class UnbekannteLeistung(Problem):
    """There is no such service here."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "leistung_unbekannt",
            "Diese Leistung gibt es hier nicht.",
            "This service does not exist here.",
        )


class NichtAngeboten(Problem):
    """The town does not offer the service online at present."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "leistung_ausgesetzt",
            "Die Gemeinde bietet diese Leistung gerade nicht online an.",
            "The town does not offer this service online at present.",
        )


class GemeindeNichtHier(Problem):
    """The town does not work with this installation."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "gemeinde_unbekannt",
            "Diese Gemeinde nimmt hier keine Anträge an.",
            "This town does not take applications here.",
        )
