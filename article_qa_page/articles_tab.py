"""The Articles tab in Gradio: one element that its script fills, its functions, and the uploads."""

import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from article_qa_page.articles import Articles
from article_qa_page.permission import NotAllowedError, may_edit, require_editor
from article_qa_page.uploads import UploadError
from index.errors import ArticleQAError

log = logging.getLogger(__name__)

UPLOAD = "/articles-upload"
STYLES = ("articles.css", "articles_table.css")
_SCRIPTS = ("articles.js", "articles_table.js", "articles_add.js", "articles_picture.js",
            "articles_poll.js")  # fmt: skip
_READS = ("table", "picture")
_CHANGES = (
    "failures",  # names files of the server
    "add_files",
    "add_text",
    "add_address",
    "add_feed",
    "sync",
    "reread",
    "retry",
    "dismiss",
    "remove",
    "reindex",
    "cancel",
)


def articles_column(articles: Articles) -> None:
    """Put the tab beside the chat, inside the page's columns."""
    import gradio as gr

    with gr.Column(elem_id="articles-column", min_width=0):
        gr.HTML(
            html_template='<div class="articles-root"></div>',
            js_on_load="\n".join(_read(name) for name in _SCRIPTS),
            server_functions=_server_functions(articles),
            elem_id="articles-block",
        )


def articles_styles() -> str:
    """Return the tab's style sheets, for the page's head."""
    return "".join(f"<style>{_read(name)}</style>" for name in STYLES)


def add_upload_route(app: FastAPI, articles: Articles) -> None:
    """Let pages send files: one a request, its bytes as the body, its name in `X-File-Name`."""

    @app.post(UPLOAD)
    async def upload(request: Request) -> JSONResponse:
        """Take a file in; reply with the token to name it by, or with a sentence."""
        try:
            require_editor(request)
            # A header of our own cannot be sent by another site's form.
            name = request.headers.get("x-file-name")
            if not name:
                raise UploadError("The file has no name: send it in the header X-File-Name.")
            token = await articles.uploads.take(unquote(name), request.stream())
        except ClientDisconnect:
            return JSONResponse({"error": "The file did not arrive whole."}, 400)
        except NotAllowedError as error:
            return JSONResponse({"error": str(error)}, 403)
        except UploadError as error:
            return JSONResponse({"error": str(error)}, 413)
        except ArticleQAError as error:
            return JSONResponse({"error": str(error)}, 500)
        return JSONResponse({"file": token})


def _server_functions(articles: Articles) -> list[Callable[..., Any]]:
    import gradio as gr

    # Gradio finds the request by the annotation, and marks each function with an attribute.
    def articles_state(data: Any, request: gr.Request) -> Any:
        return _told(lambda json: articles.state(json, may_edit=may_edit(request)), data)

    def reading(name: str) -> Callable[..., Any]:
        def function(data: Any) -> Any:
            return _told(getattr(articles, name), data)

        function.__name__ = f"articles_{name}"
        return function

    def changing(name: str) -> Callable[..., Any]:
        def function(data: Any, request: gr.Request) -> Any:
            return _told(getattr(articles, name), data, lambda: require_editor(request))

        function.__name__ = f"articles_{name}"
        return function

    return [articles_state, *map(reading, _READS), *map(changing, _CHANGES)]


def _told(
    function: Callable[[dict[str, Any]], Any], data: Any, check: Callable[[], None] | None = None
) -> Any:
    """Return what `function` returns, or the sentence of its error."""
    try:
        if check:
            check()
        return function(data if isinstance(data, dict) else {})
    except ArticleQAError as error:
        return {"error": str(error)}


def _read(name: str) -> str:
    return files("article_qa_page").joinpath(name).read_text("utf-8")
