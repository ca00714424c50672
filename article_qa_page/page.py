"""The page itself, in Gradio: what stands where, and which function answers what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from article_qa_page.access.roles import caller_of
from article_qa_page.answering import Answering
from article_qa_page.articles import Articles
from article_qa_page.articles_tab import STYLES as ARTICLES_STYLES
from article_qa_page.articles_tab import add_upload_route, articles_column
from article_qa_page.asked import filter_options
from article_qa_page.assets import script, styles
from article_qa_page.history import turns
from article_qa_page.icon import ICON
from article_qa_page.limits import CallLimits
from article_qa_page.programs.asking import Asking
from article_qa_page.programs.gradio_api import offer_ask
from article_qa_page.reading import Reading
from article_qa_page.server_functions import Function, server_functions
from article_qa_page.viewing import Viewing
from article_qa_page.wording import LANGUAGES, preferred, wording

if TYPE_CHECKING:
    import gradio as gr

_STYLES = (
    "page.css", "conversation.css", "viewer.css", "reading.css", *ARTICLES_STYLES,
)  # fmt: skip
_SCRIPTS = (
    "viewer.js", "reading.js", "filters.js", "conversations.js", "returning.js", "page.js",
)  # fmt: skip
_HEADER = """
<header id="page-header">
  <h1 translate="no">article-qa</h1>
  <div id="page-tabs" hidden></div>
  <p id="tagline"></p>
  <p id="page-status" role="status"></p>
  <button id="log-out" type="button" hidden></button>
  <button id="open-list" type="button" hidden></button>
</header>
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What answers the page's calls."""

    answering: Answering
    viewing: Viewing
    reading: Reading
    articles: Articles
    asking: Asking
    limits: CallLimits


def mount_page(app: FastAPI, parts: Parts) -> FastAPI:
    """Mount the page at `/` of `app`, and return `app`."""
    import gradio as gr

    texts = {language: wording(language).strings for language in LANGUAGES}
    i18n = gr.I18n(**texts)
    add_upload_route(app, parts.articles)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _build(parts, i18n),
        path="/",
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        theme=_theme(),
        i18n=i18n,
        # In `css=`, Gradio would prefix each rule of a media query with selectors of its own.
        head=f'<link rel="icon" href="data:image/svg+xml,{ICON}">' + styles(*_STYLES),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
    )
    return mounted


def _theme() -> "gr.themes.Base":
    """Return Gradio's plainest theme in the colours of `page.css`, with fonts that are local."""
    import gradio as gr

    sans = gr.themes.LocalFont("Source Sans Pro", weights=(400, 700))
    theme = gr.themes.Base(
        primary_hue="stone",
        neutral_hue="stone",
        font=[sans, "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    colours = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "background_fill_primary": "var(--paper)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--rule)",
        "link_text_color": "var(--accent)",
        "link_text_color_hover": "var(--accent)",
        "link_text_color_visited": "var(--accent)",
        "link_text_color_active": "var(--accent)",
    }
    return theme.set(**colours, **{f"{name}_dark": colour for name, colour in colours.items()})


def _build(parts: Parts, i18n: "gr.I18n") -> "gr.Blocks":
    import gradio as gr

    from article_qa_page import reading_tools
    from article_qa_page.conversation import PlainQuestions

    with gr.Blocks(
        title="article-qa", fill_height=True, fill_width=True, analytics_enabled=False
    ) as demo:
        gr.HTML(html_template=_HEADER, js_on_load=None, elem_id="header-block")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat-column", min_width=0):
                chatbot = PlainQuestions(
                    elem_id="chat",
                    label=i18n("chat"),
                    show_label=False,
                    container=False,
                    height=None,
                    scale=1,
                    sanitize_html=True,
                    allow_tags=False,
                    latex_delimiters=[],
                    buttons=["copy"],
                    layout="bubble",
                    allow_file_downloads=False,
                )
                filters = reading_tools.filter_state()
                chat = gr.ChatInterface(
                    _respond(parts.answering),
                    chatbot=chatbot,
                    additional_inputs=[filters],
                    textbox=gr.Textbox(
                        placeholder=i18n("ask"),
                        label=i18n("ask"),
                        show_label=False,
                        container=False,
                        scale=7,
                        max_lines=6,
                        autofocus=True,
                        submit_btn=True,
                        stop_btn=True,
                        elem_id="question",
                    ),
                    concurrency_limit=None,
                    show_progress="hidden",
                    api_visibility="private",
                    analytics_enabled=False,
                )
                reading_tools.wire_tools(chat, filters, parts.reading, parts.limits)
            articles_column(parts.articles, parts.limits)
            with gr.Column(elem_id="viewer-column", min_width=0):
                gr.HTML(
                    html_template='<div class="viewer-root"></div>',
                    js_on_load=script(*_SCRIPTS),
                    server_functions=server_functions(
                        _viewer_functions(parts.viewing)
                        | reading_tools.tool_functions(parts.reading),
                        parts.limits,
                    ),
                    elem_id="viewer-block",
                )
        demo.load(
            _examples(parts.viewing),
            None,
            chatbot,
            show_progress="hidden",
            api_visibility="private",
        )
        offer_ask(parts.asking)
    demo.queue(default_concurrency_limit=None, api_open=False)
    return demo


def _respond(answering: Answering) -> Callable[..., Iterator[str]]:
    import gradio as gr

    def respond(
        message: str, history: list[Any], filters: Any, request: gr.Request
    ) -> Iterator[str]:
        words = preferred(request.headers.get("accept-language"))
        chosen = filter_options(filters)
        client = caller_of(request).client
        yield from answering.stream(str(message), words, turns(history), chosen, client=client)

    return respond


def _viewer_functions(viewing: Viewing) -> dict[str, Function]:
    return {
        "overview": lambda json, _: viewing.overview(json),
        "get_article": lambda json, _: viewing.get_article(json),
    }


def _examples(viewing: Viewing) -> Callable[..., Any]:
    import gradio as gr

    from article_qa_page.conversation import PlainQuestions

    def examples(request: gr.Request) -> Any:
        words = preferred(request.headers.get("accept-language"))
        shown = [{"text": example.question} for example in viewing.examples(words)]
        return PlainQuestions(examples=shown, placeholder=f"## {words['welcome']}")

    return examples
