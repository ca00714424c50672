"""The Articles tab in Gradio: one element that its script fills, its functions, and the uploads."""

from urllib.parse import unquote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from article_qa_page.access import Role, require
from article_qa_page.articles import Articles
from article_qa_page.assets import script
from article_qa_page.error_wording import translated
from article_qa_page.limits import CallLimits
from article_qa_page.server_functions import Function, server_functions
from article_qa_page.uploads import PATH, UploadError
from article_qa_page.wording import preferred
from index.errors import ArticleQAError

STYLES = ("articles.css", "articles_table.css")
_SCRIPTS = ("articles.js", "articles_table.js", "articles_add.js", "articles_sources.js",
            "articles_picture.js", "articles_poll.js")  # fmt: skip
_FUNCTIONS = (
    "table",
    "picture",
    "failures",
    "sources",
    "unlist",
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


def articles_column(articles: Articles, limits: CallLimits) -> None:
    """Put the tab beside the chat, inside the page's columns."""
    import gradio as gr

    with gr.Column(elem_id="articles-column", min_width=0):
        gr.HTML(
            html_template='<div class="articles-root"></div>',
            js_on_load=script(*_SCRIPTS),
            server_functions=server_functions(_functions(articles), limits),
            elem_id="articles-block",
        )


def add_upload_route(app: FastAPI, articles: Articles) -> None:
    """Let pages send files: one a request, its bytes as the body, its name in `X-File-Name`."""

    @app.post(PATH)
    async def upload(request: Request) -> JSONResponse:
        """Take a file in; reply with the token to name it by, or with a sentence."""
        require(request, Role.EDITOR)
        language = preferred(request.headers.get("accept-language")).language
        try:
            # A header of our own cannot be sent by another site's form.
            name = request.headers.get("x-file-name")
            if not name:
                raise UploadError("The file has no name: send it in the header X-File-Name.")
            token = await articles.uploads.take(unquote(name), request.stream())
        except HTTPException as error:  # longer than it may be, and than it said it was
            return JSONResponse({"error": error.detail}, error.status_code)
        except ClientDisconnect:
            torn = UploadError("The file did not arrive whole.")
            return JSONResponse({"error": translated(str(torn), language)}, 400)
        except UploadError as error:
            return JSONResponse({"error": translated(str(error), language)}, 413)
        except ArticleQAError as error:
            return JSONResponse({"error": translated(str(error), language)}, 500)
        return JSONResponse({"file": token})


def _functions(articles: Articles) -> dict[str, Function]:
    def named(name: str) -> Function:
        return lambda json, _: getattr(articles, name)(json)

    return {
        "articles_state": lambda json, caller: articles.state(
            json, may_edit=caller.role >= Role.EDITOR
        ),
        **{f"articles_{name}": named(name) for name in _FUNCTIONS},
    }
