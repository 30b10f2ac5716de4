"""Why a release is refused."""


class Abgelehnt(ValueError):
    """The release is not installed: stable code `rule`, reason `text` under "de" and "en"."""

    def __init__(self, rule: str, de: str, en: str) -> None:
        super().__init__(de)
        self.rule = rule
        self.text = {"de": de, "en": en}
