"""The only place that speaks to a chat model: any of LangChain's, named by the settings."""

import os
import re
import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from retrieval.background import stream
from retrieval.faults import ChatFault, fault_of
from retrieval.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.settings import Settings

MAX_RETRIES = 2  # by the provider's package, with its backoff
MAX_REPLY = 20_000  # characters; a model that goes on and on is stopped, and its reply is not whole
# Tokens: the longest prompt may take 8,000, and Ollama drops without a word what does not fit.
OLLAMA_CONTEXT = 10_240
EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama", "mistralai": "mistral"}
# How the reason at the end of a cut-off reply ends, whatever the provider calls it.
_CUT = ("length", "max_tokens", "window_exceeded", "incomplete")
Messages = Sequence[tuple[str, str]]
"""Pairs of a role ("system", "human") and a text."""


@dataclass(slots=True)
class Reply:
    """What a model has said so far, and the tokens it took, once they are known."""

    text: str = ""
    usage: Usage | None = None
    message: Any = None

    @property
    def torn(self) -> bool:
        """Whether the stream ended without the reason that every provider gives at its end."""
        told = getattr(self.message, "response_metadata", {})
        return "model_provider" in told and not self._reasons

    @property
    def cut(self) -> bool:
        """Whether that reason is a limit: the reply is not whole either."""
        return any(reason.endswith(_CUT) for reason in self._reasons)

    @property
    def _reasons(self) -> list[str]:
        told = getattr(self.message, "response_metadata", {})
        # OpenAI's Responses API has a "status" in its place.
        ends = [told[key] for key in told if key.endswith("_reason") or key == "status"]
        return [str(end).lower() for end in ends]

    def add(self, chunk: Any) -> None:
        """Append a chunk of the stream."""
        self.message = chunk if self.message is None else self.message + chunk
        self.text += str(chunk.text)
        self.usage = _usage(self.message)


@dataclass(slots=True)
class ChatModel:
    """A chat model for one question: its time is counted from here, over all its replies.

    `limit` is in seconds. `callbacks` are LangChain's, and see each call.
    """

    name: str
    model: "BaseChatModel"
    limit: float
    callbacks: Sequence[Any] = ()
    begun: float = field(default_factory=time.monotonic)
    used: list[Usage] = field(default_factory=list)

    def say(self, messages: Messages, purpose: str) -> Generator[str, None, None]:
        """Yield the reply as far as it has come, each time there is more, or half a second passed.

        Raises `ChatFault`. Closing the iterator ends the request.
        """
        reply = Reply()
        config: Any = {"callbacks": list(self.callbacks), "run_name": f"article-qa {purpose}"}

        def chunks() -> AsyncIterator[Any]:
            return self.model.astream(list(messages), config)

        left = self.limit - (time.monotonic() - self.begun)
        try:
            with closing(stream(chunks, max(left, 0.001))) as news:
                for chunk in news:
                    if chunk is not None:
                        reply.add(chunk)
                    yield reply.text
                    if len(reply.text) > MAX_REPLY:
                        raise ChatFault("cut")
            if reply.torn:
                raise ChatFault("broken")
            if reply.cut:
                raise ChatFault("cut")
        except Exception as error:
            # Whatever a provider's package raises, the reader gets the other kind of answer.
            raise fault_of(error) from error
        finally:
            if reply.usage:
                self.used.append(reply.usage)

    @property
    def usage(self) -> Usage | None:
        """The tokens of all replies so far, if the provider counts them, and their cost.

        OpenAI's package drops the cost from streams: with it, only a reply that is not streamed
        tells its own.
        """
        if not self.used:
            return None
        costs = [usage.cost for usage in self.used if usage.cost is not None]
        return Usage(
            sum(usage.input_tokens for usage in self.used),
            sum(usage.output_tokens for usage in self.used),
            sum(costs) if costs else None,
        )


def load_chat_model(settings: "Settings") -> "BaseChatModel":
    """Return the chat model that the settings name; raises `ChatFault` if it cannot be had."""
    from langchain.chat_models import init_chat_model

    provider = provider_of(settings.llm)
    options: dict[str, Any] = {}
    if provider in ("openai", "anthropic", "mistralai"):  # Ollama's package takes none
        options["max_retries"] = MAX_RETRIES
    if provider == "openai":
        options["stream_usage"] = True  # with a base URL, it is not asked for by itself
    if provider == "ollama":
        options["num_ctx"] = OLLAMA_CONTEXT
    if provider in ("ollama", "mistralai"):
        options["temperature"] = 0  # the others' newest models refuse to be given one
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # servers of one's own seldom ask for a key
    try:
        loaded: BaseChatModel = init_chat_model(settings.llm, **options)
        return loaded
    except ImportError as error:
        missing = re.search(r"langchain[-_]\w+", str(error))
        package = missing[0].replace("_", "-") if missing else "langchain"
        extra = EXTRAS.get(provider)
        detail = f"pip install 'article-qa[{extra}]'" if extra else f"pip install {package}"
        raise ChatFault("package", detail) from error
    except Exception as error:
        fault = fault_of(error)
        raise (fault if fault.kind == "key" else ChatFault("setting")) from error


def provider_of(name: str) -> str:
    """Return the provider a model's name begins with, or an empty string."""
    provider, colon, _ = name.partition(":")
    return provider if colon else ""


def _usage(message: Any) -> Usage | None:
    counted = getattr(message, "usage_metadata", None)
    if not counted:
        return None
    told = getattr(message, "response_metadata", {})
    # OpenRouter's own package tells the cost beside the tokens, in streams too.
    cost = told.get("cost", (told.get("token_usage") or {}).get("cost"))
    return Usage(
        int(counted.get("input_tokens", 0)),
        int(counted.get("output_tokens", 0)),
        float(cost) if isinstance(cost, int | float) else None,
    )
