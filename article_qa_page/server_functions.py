"""The functions that the page's scripts call on the server, each for those whom its rule names."""

from collections.abc import Callable, Mapping
from typing import Any

from article_qa_page.access.roles import Caller, Role, require
from article_qa_page.access.rules import FUNCTIONS
from article_qa_page.error_wording import translated
from article_qa_page.limits import CallLimits, limit_sentence
from article_qa_page.refusals import access_sentence
from article_qa_page.wording import preferred
from index.errors import AccessError, ArticleQAError, LimitError

Json = dict[str, Any]
Function = Callable[[Json, Caller], Any]


def server_functions(
    functions: Mapping[str, Function], limits: CallLimits
) -> list[Callable[..., Any]]:
    """Return `functions` as Gradio takes them; each must have a rule in `access.rules`.

    What a script sends is a JSON object, or counts as an empty one. An error that is expected,
    a call beyond the `limits` among them, becomes `{"error": sentence}`.
    """
    return [
        _guarded(name, function, FUNCTIONS[name], limits) for name, function in functions.items()
    ]


def _guarded(name: str, function: Function, role: Role, limits: CallLimits) -> Callable[..., Any]:
    import gradio as gr

    # Gradio finds the request by the annotation, and marks each function with an attribute.
    def guarded(data: Any, request: gr.Request) -> Any:
        asked = data if isinstance(data, dict) else {}
        words = preferred(asked.get("language") or request.headers.get("accept-language"))
        try:
            caller = require(request, role)
            limits.call(name, caller.client)
            return function(asked, caller)
        except AccessError as error:
            return {"error": access_sentence(error, words)}
        except LimitError as error:
            return {"error": limit_sentence(error, words)}
        except ArticleQAError as error:
            return {"error": translated(str(error), words.language)}

    guarded.__name__ = name
    return guarded
