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


class TextFehlt(Problem):
    """The message says nothing."""

    def __init__(self) -> None:
        de, en = "Bitte schreiben Sie etwas.", "Please write something."
        super().__init__(422, "text_fehlt", de, en, errors=[_am_text("text_fehlt", de, en)])


class TextUngueltig(Problem):
    """The message is too long, or holds a character that cannot be printed."""

    def __init__(self, *, zu_lang: int | None = None, zeichen: str | None = None) -> None:
        if zu_lang is not None:
            code = "text_zu_lang"
            de, en = f"Höchstens {zu_lang} Zeichen.", f"{zu_lang} characters at most."
        else:
            code = "zeichen"
            de = f"Dieses Zeichen ist nicht erlaubt: {zeichen}. Erlaubt sind die Zeichen der DIN 91379."
            en = f"This character is not allowed: {zeichen}. The characters of DIN 91379 are."
        super().__init__(422, "text_ungueltig", de, en, errors=[_am_text(code, de, en)])


def _am_text(code: str, de: str, en: str) -> dict[str, object]:
    return {"pointer": "/text", "code": code, "text": {"de": de, "en": en}}
