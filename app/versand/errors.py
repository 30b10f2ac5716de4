"""What can go wrong with a mailbox."""

from app.problems import Problem


class UnbekannteSendung(Problem):
    """No such message in this mailbox: wrong id, not visible yet, or somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "sendung_unbekannt",
            "Diese Nachricht gibt es in Ihrem Postfach nicht.",
            "There is no such message in your mailbox.",
        )


class WidersprechendeQuittung(Problem):
    """The message was acknowledged before, in another way."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "quittung_widerspricht",
            "Diese Nachricht ist schon anders quittiert worden; eine Quittung wird nicht geändert.",
            "This message has already been acknowledged otherwise; an acknowledgement is not changed.",
        )


class NichtZuWiederholen(Problem):
    """There is nothing to send again."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "nicht_zu_wiederholen",
            "Diese Sendung wird gerade zugestellt, ist angehalten oder liegt im Postfach, wo sie beliebig "
            "oft abgeholt werden kann.",
            "This delivery is under way, has been stopped, or lies in the mailbox, where it can be fetched "
            "any number of times.",
        )
