"""Names of XML elements and attributes."""


def lokal(name: str) -> str:
    """The local part of a tag such as "{urn:x}ort"."""
    return name.rpartition("}")[2]
