"""Settings, from the environment (prefix `ARTICLE_QA_`)."""

from pathlib import Path

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


def load_settings() -> Settings:
    """Return the settings of this process; raise `SettingsError` for a value not allowed."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARTICLE_QA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is not valid: {first['msg']}.") from None
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
