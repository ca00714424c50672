"""Settings, from the environment (prefix `ARTICLE_QA_`)."""

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError


class Settings(BaseSettings):
    """What a user may set. Each field `x` is read from `ARTICLE_QA_X`."""

    model_config = SettingsConfigDict(env_prefix="ARTICLE_QA_", extra="ignore")

    home: Path = Field(
        default_factory=lambda: user_data_path("article-qa", appauthor=False),
        description="Folder of the index.",
    )
    embedding_model: str = Field(
        default="bundled",
        description="Name or path of a sentence-transformers model, or 'bundled'.",
    )
    query_prompt: str = Field(default="", description="Put before a question to be embedded.")
    passage_prompt: str = Field(default="", description="Put before a passage to be embedded.")
    allow_private_addresses: bool = Field(
        default=False, description="Whether pages and feeds may lie on this machine or network."
    )
    chroma_url: str = Field(
        default="",
        description="Address of a Chroma server that holds the index; by default, this machine.",
    )
    chroma_token: str = Field(
        default="", repr=False, description="Token that the server, or the proxy before it, asks."
    )
    chroma_name: str = Field(
        default="article-qa",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="What the names of the server's collections begin with.",
    )
    chroma_tenant: str = Field(default="default_tenant", min_length=1, description="Tenant there.")
    chroma_database: str = Field(
        default="default_database", min_length=1, description="Database there."
    )
    llm: str = Field(
        default="",
        description="Chat model that writes the answers, as 'provider:model'; none by default.",
    )
    llm_base_url: str = Field(
        default="", description="Address of an OpenAI-compatible server, for 'openai:…' models."
    )
    llm_timeout: float = Field(
        default=60.0, gt=0, le=3_600, description="Seconds that the model may take in all."
    )
    password_file: Path | None = Field(
        default=None, description="File of the page's passwords and tokens, as hashes."
    )
    passwords: str = Field(
        default="", repr=False, description="The lines of such a file, in place of one."
    )
    session_hours: float = Field(
        default=12.0, gt=0, le=8_760, description="Hours that a login on the page holds."
    )
    hosts: str = Field(
        default="", description="Names that the page may be called by, with commas between."
    )
    root_path: str = Field(
        default="", description="Path below which a proxy serves the page, such as '/articles'."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1", description="Addresses and networks of proxies to be believed."
    )
    questions_per_minute: int | None = Field(
        default=None, ge=0, description="Questions a minute of one client; 0 for any number."
    )
    questions_at_once: int = Field(
        default=4, ge=1, description="Questions of one client that wait or are answered."
    )
    questions_at_once_in_all: int = Field(
        default=128, ge=1, description="Questions of all clients that wait or are answered."
    )
    calls_per_minute: int | None = Field(
        default=None, ge=0, description="Calls of the page's functions a minute of one client."
    )
    suggestions_per_minute: int | None = Field(
        default=None, ge=0, description="Times a minute that one client is given follow-ups."
    )
    ratings_per_hour: int | None = Field(
        default=None, ge=0, description="Ratings, and reasons of them, an hour of one client."
    )
    upload_megabytes: int = Field(
        default=100, ge=1, description="Most that one uploaded file may hold, in MB."
    )
    upload_files: int = Field(default=200, ge=1, description="Most files added at once.")
    uploads_per_minute: int = Field(
        default=400, ge=0, description="Files a minute of one client; 0 for any number."
    )
    log: Literal["plain", "json", "quiet"] | None = Field(
        default=None, description="How the server tells of requests and questions."
    )
    log_questions: bool = Field(
        default=False, description="Whether the log holds the questions' own text."
    )
    metrics: Literal["loopback", "editor", "reader", "open"] = Field(
        default="loopback", description="Who may read /metrics, besides editors."
    )


def load_settings() -> Settings:
    """Return the settings of this process; raise `SettingsError` for a value not allowed."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARTICLE_QA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is not valid: {first['msg']}.") from None
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
