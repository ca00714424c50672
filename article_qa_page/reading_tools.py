"""The chat's tools in Gradio: what carries filters, restored conversations and ratings.

What is seen of them is drawn by `reading.js`; the components here only pass values to and from
the server. Every value that they bring is checked where it is used.
"""

from typing import TYPE_CHECKING, Any

from article_qa_page.access import Role, require
from article_qa_page.limits import CallLimits, limit_sentence
from article_qa_page.reading import Reading
from article_qa_page.server_functions import Function
from article_qa_page.transcript import restored
from article_qa_page.wording import preferred
from index.errors import LimitError

if TYPE_CHECKING:
    import gradio as gr

# `value` are the filters of the next question; 'restore' brings a conversation back.
_STATE = """
window.articleQaBridge ||= {};
window.articleQaBridge.filter = (value) => { props.value = value; };
window.articleQaBridge.restore = (messages) => trigger('restore', { messages });
"""
_RATED = """
window.articleQaBridge ||= {};
watch('value', () => window.articleQaBridge.rated?.(props.value));
"""
_CHANGED = "(messages) => { window.articleQaBridge?.changed?.(messages); return []; }"
_CLEARED = "() => { window.articleQaBridge?.cleared?.(); return []; }"
_RESTORED = "() => { window.articleQaBridge?.restored?.(); return []; }"


def filter_state() -> "gr.HTML":
    """Return the component whose value are the filters of the next question."""
    import gradio as gr

    return gr.HTML(html_template="<i></i>", js_on_load=_STATE, elem_classes="unseen")


def wire_tools(
    chat: "gr.ChatInterface", state: "gr.HTML", reading: Reading, limits: CallLimits
) -> None:
    """Join the chat with its tools; to be called where components are placed."""
    import gradio as gr

    rated = gr.HTML(html_template="<i></i>", js_on_load=_RATED, elem_classes="unseen")

    def restore(event: gr.EventData) -> tuple[Any, Any]:
        messages = restored(getattr(event, "messages", None))
        return messages, messages

    def rate(messages: list[Any], event: gr.LikeData, request: gr.Request) -> Any:
        session, language = request.session_hash or "", request.headers.get("accept-language")
        try:
            limits.rating(require(request, Role.READER).client)
        except LimitError as error:
            told = limit_sentence(error, preferred(language))
            return {"id": "", "error": told}
        return reading.rate(messages, event.index, event.liked, session, language)

    quiet = {"show_progress": "hidden", "api_visibility": "private"}
    shown = [chat.chatbot, chat.chatbot_state]
    restoring = state.restore(restore, None, shown, queue=False, trigger_mode="multiple", **quiet)
    for ending in (restoring.success, restoring.failure):
        ending(None, None, None, js=_RESTORED, **quiet)
    chat.chatbot.clear(None, None, None, js=_CLEARED, **quiet)
    chat.chatbot.like(rate, chat.chatbot, rated, queue=False, **quiet)
    chat.chatbot.change(None, chat.chatbot, None, js=_CHANGED, **quiet)


def tool_functions(reading: Reading) -> dict[str, Function]:
    """Return what the script of the tools calls."""
    return {
        "suggest": lambda json, _: reading.suggest(json),
        "choices": lambda json, _: reading.choices(json),
        "export": lambda json, _: reading.export(json),
        "explain": lambda json, _: reading.explain(json),
    }
