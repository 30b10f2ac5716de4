"""What can go wrong with a message."""

from app.problems import Problem


class UnbekannterAntrag(Problem):
    """No such application, or one of somebody else."""

    def __init__(self) -> None:
        super().__init__(
            404, "antrag_unbekannt", "Diesen Antrag gibt es hier nicht.", "There is no such application here."
        )


class UnbekannterAnhang(Problem):
    """No such attachment, or one of somebody else."""

    def __init__(self) -> None:
        super().__init__(
            404, "anhang_unbekannt", "Diesen Anhang gibt es hier nicht.", "There is no such attachment here."
        )
