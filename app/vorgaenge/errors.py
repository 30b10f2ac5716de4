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


class NichtEntscheidbar(Problem):
    """Cases of this kind are certified or rejected, not granted or refused."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "nicht_entscheidbar",
            "Über diese Art von Vorgang wird nicht durch Bewilligung oder Ablehnung entschieden.",
            "Cases of this kind are not decided by granting or refusing.",
        )


class NichtBescheinigbar(Problem):
    """An application is granted or refused; nothing is certified."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "nicht_bescheinigbar",
            "Ein Antrag wird bewilligt oder abgelehnt, nicht bescheinigt.",
            "An application is granted or refused, not certified.",
        )


class KeineKlaerung(Problem):
    """§ 14 SGB IX does not hold for this service."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "keine_zustaendigkeitsklaerung",
            "Die Zuständigkeitsklärung nach § 14 SGB IX gilt für diese Leistung nicht.",
            "The settling of competence under § 14 SGB IX does not hold for this service.",
        )


class ZustaendigkeitGeklaert(Problem):
    """The town has said that it is competent."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "zustaendigkeit_geklaert",
            "Die Zuständigkeit ist schon geklärt. Ein Antrag wird nur einmal weitergeleitet.",
            "It has been settled who is competent. An application is forwarded only once.",
        )


class ZustaendigkeitVerfestigt(Problem):
    """The two weeks of § 14 Abs. 1 SGB IX are over."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "zustaendigkeit_verfestigt",
            "Die Frist von zwei Wochen ist vorbei. Die Gemeinde ist leistender Träger (§ 14 Abs. 2 SGB IX).",
            "The two weeks are over. The town has to provide the benefit (§ 14 (2) SGB IX).",
        )


class BescheidNichtSetzbar(Problem):
    """The letter cannot be set as PDF."""

    def __init__(self) -> None:
        super().__init__(
            422,
            "bescheid_nicht_setzbar",
            "Aus diesem Text lässt sich kein Bescheid machen: Ein Zeichen darin kann nicht gesetzt werden.",
            "No letter can be made of this text: it holds a character that cannot be set.",
        )


class NurAblehnbar(Problem):
    """The reason of a rejection is shown in lists; special categories of personal data may not be."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "nur_ablehnbar",
            "Dieser Vorgang enthält besonders geschützte Angaben. Bitte lehnen Sie mit einem Bescheid ab.",
            "This case holds specially protected data. Please refuse it with a letter.",
        )


class UnbekannteFrist(Problem):
    """The service has no such time for the office."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "frist_unbekannt",
            "Diese Frist gibt es bei dieser Leistung nicht.",
            "This service has no such deadline.",
        )
