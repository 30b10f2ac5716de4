"""Every setting of the program, read once from the environment.

All names begin with ``AMT_``; only ``DATABASE_URL`` follows the common custom and has no prefix.
docs/operations.md explains each one, and a test keeps the two together.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_WURZEL = Path(__file__).resolve().parent.parent


def _datenordner() -> Path:
    """`.data` of the clone; for an installed package the user's data folder."""
    if (_WURZEL / "pyproject.toml").is_file():
        return _WURZEL / ".data"
    return Path.home() / ".local" / "share" / "digitales-gewerbeamt"


class Settings(BaseSettings):
    """Options with their defaults; the defaults are those of a laptop without any configuration."""

    model_config = SettingsConfigDict(env_prefix="AMT_", env_file=None, frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    werk_database_url: SecretStr | None = None
    migration_database_url: SecretStr | None = None
    datenordner: Path = Field(default_factory=_datenordner)
    standards: Path | None = None
    gemeindedaten: Path | None = None
    formulare: Path | None = None
    postgres_nutzer: str = "nobody"
    db_pool: int = Field(10, ge=1, le=500)
    db_anweisungsfrist: float = Field(30.0, gt=0)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    basis_url: str = ""
    eingabe_mib: int = Field(10, ge=1, le=100)
    eingabe_frist: float = Field(60.0, gt=0, le=3600)
    metrik_token: SecretStr | None = None

    clamd: str | None = None
    clamd_frist: float = Field(30.0, gt=0, le=600)

    anker_datei: Path | None = None
    austausch_ordner: Path | None = None
    tsa_url: str | None = None
    tsa_zertifikate: Path | None = None

    demo: bool = False

    log_stufe: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"

    token_key: SecretStr | None = None
    datenschluessel: SecretStr | None = None
    tauschschluessel: SecretStr | None = None
    token_gueltig: int = Field(600, ge=30, le=3600)
    klient_je_minute: int = Field(6000, ge=0, le=1_000_000)
    anmeldung_je_adresse: int = Field(60, ge=0, le=1_000_000)
    anmeldung_je_haus: int = Field(3000, ge=0, le=1_000_000)
    anbieter: Path | None = None

    sitzung_leerlauf: int = Field(1800, ge=60, le=3600)
    sitzung_leerlauf_streng: int = Field(900, ge=60, le=3600)
    sitzung_ende: int = Field(43200, ge=300, le=86400)

    versand_frist_tage: float = Field(14.0, gt=0, le=3650)
    versand_pause_ab: int = Field(5, ge=1, le=1000)
    ca_datei: Path | None = None
    smtp_url: SecretStr | None = None
    smtp_absender: str | None = None
    worker_lease: float = Field(60.0, ge=1)
    worker_stapel: int = Field(50, ge=1, le=1000)
    worker_gleichzeitig: int = Field(4, ge=1, le=100)
    worker_abfrage: float = Field(2.0, gt=0)
    worker_metrik_port: int = Field(0, ge=0, le=65535)

    @model_validator(mode="after")
    def _owner_needs_a_database(self) -> Self:
        if self.database_url is None and (self.migration_database_url or self.werk_database_url):
            raise ValueError("AMT_MIGRATION_DATABASE_URL or AMT_WERK_DATABASE_URL without DATABASE_URL")
        return self

    @model_validator(mode="after")
    def _time_stamps_are_checked(self) -> Self:
        if self.tsa_url and self.tsa_zertifikate is None:
            raise ValueError("AMT_TSA_URL needs AMT_TSA_ZERTIFIKATE beside it")
        return self

    @field_validator("clamd", mode="before")
    @classmethod
    def _none_is_none(cls, wert: str | None) -> str | None:
        # Compose hands on what is not set as empty.
        return wert or None

    @model_validator(mode="after")
    def _scanner_has_an_address(self) -> Self:
        if self.clamd is not None:
            teile = urlsplit(self.clamd)
            ist_pfad = teile.scheme == "unix" and teile.path.startswith("/") and not teile.netloc
            if not (ist_pfad or (teile.scheme == "tcp" and teile.hostname and teile.port)):
                raise ValueError("AMT_CLAMD is unix:/PATH/OF/SOCKET or tcp://HOST:PORT")
        return self

    @property
    def ankerdatei(self) -> Path | None:
        """Where the journal's anchors are noted; beside an embedded database unless told otherwise."""
        if self.anker_datei is not None or self.database_url is not None:
            return self.anker_datei
        return self.datenordner / "journal-anker.jsonl"

    @property
    def standards_ordner(self) -> Path:
        """Where installed releases of standards lie."""
        return self.standards or self.datenordner / "standards"

    @property
    def gemeindedaten_ordner(self) -> Path:
        """Where the installation's own files about towns and bodies lie."""
        return self.gemeindedaten or self.datenordner / "gemeindedaten"

    @model_validator(mode="after")
    def _mail_is_encrypted(self) -> Self:
        if self.smtp_url is not None:
            teile = urlsplit(self.smtp_url.get_secret_value())
            if teile.scheme not in {"smtps", "smtp+starttls"} or not teile.hostname:
                raise ValueError("AMT_SMTP_URL begins with smtps:// or smtp+starttls://")
            if self.smtp_absender is None or "@" not in self.smtp_absender:
                raise ValueError("AMT_SMTP_URL needs AMT_SMTP_ABSENDER beside it")
        return self

    @property
    def adresse(self) -> str:
        """The address under which others reach this installation, without a slash at its end."""
        return (self.basis_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def eingabe_grenze(self) -> int:
        """Largest request body in bytes; the margin is for multipart frames around a document."""
        return self.eingabe_mib * 1024 * 1024 + 64 * 1024


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
