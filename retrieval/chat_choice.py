"""Which chat model writes the answers: one that was given, the one that the settings name, none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.settings import Settings
    from retrieval.chat_model import ChatModel


class ChatChoice:
    """The chat model of an assistant, loaded at its first use.

    `given`, any of LangChain's, takes the place of the one that `settings` name; `callbacks` are
    LangChain's and see each of its calls.
    """

    def __init__(
        self, settings: "Settings", given: "BaseChatModel | None", callbacks: Sequence[Any]
    ) -> None:
        self._settings = settings
        self._given = given
        self._loaded: BaseChatModel | None = None
        self._callbacks = tuple(callbacks)

    @property
    def name(self) -> str:
        """What it is called, an empty string where none is set."""
        if self._given is None:
            return self._settings.llm
        return str(getattr(self._given, "model_name", type(self._given).__name__))

    @property
    def limit(self) -> float:
        """Seconds that it may take for one question."""
        return self._settings.llm_timeout

    def connect(self, callbacks: Sequence[Any] = ()) -> "ChatModel | None":
        """Return the chat model for one question, if one is set; raise `ChatFault` if unusable."""
        if self._given is None and not self._settings.llm:
            return None
        from retrieval.chat_model import ChatModel, load_chat_model

        if self._loaded is None:
            self._loaded = self._given or load_chat_model(self._settings)
        every = (*self._callbacks, *callbacks)
        return ChatModel(self.name, self._loaded, self.limit, every)
