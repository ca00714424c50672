"""The functions that the page's scripts call on the server, each for those whom its rule names."""

from collections.abc import Callable, Mapping
from typing import Any

from article_qa_page.access.roles import Caller, Role, require
from article_qa_page.access.rules import FUNCTIONS
from article_qa_page.error_wording import translated
from article_qa_page.refusals import access_sentence
from article_qa_page.wording import preferred
from index.errors import AccessError, ArticleQAError

Json = dict[str, Any]
Function = Callable[[Json, Caller], Any]


def server_functions(functions: Mapping[str, Function]) -> list[Callable[..., Any]]:
    """Return `functions` as Gradio takes them; each must have a rule in `access.rules`.

    What a script sends is a JSON object, or counts as an empty one. An error that is expected
    becomes `{"error": sentence}`.
    """
    return [_guarded(name, function, FUNCTIONS[name]) for name, function in functions.items()]


def _guarded(name: str, function: Function, role: Role) -> Callable[..., Any]:
    import gradio as gr

    # Gradio finds the request by the annotation, and marks each function with an attribute.
    def guarded(data: Any, request: gr.Request) -> Any:
        asked = data if isinstance(data, dict) else {}
        try:
            return function(asked, require(request, role))
        except AccessError as error:
            return {"error": access_sentence(error, preferred(asked.get("language")))}
        except ArticleQAError as error:
            language = preferred(asked.get("language")).language
            return {"error": translated(str(error), language)}

    guarded.__name__ = name
    return guarded
