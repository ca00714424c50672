"""The page itself, in Gradio: what stands where, and which function answers what."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from article_qa_page.answering import Answering
from article_qa_page.history import turns
from article_qa_page.programs.asking import Asking
from article_qa_page.programs.gradio_api import offer_ask
from article_qa_page.viewing import Viewing
from article_qa_page.wording import LANGUAGES, preferred, wording

if TYPE_CHECKING:
    import gradio as gr

_STYLES = ("page.css", "conversation.css", "viewer.css")
# Drawn here, so that the tab does not wear Gradio's icon: a quote, lit up.
_ICON = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%238c1d21'/%3E"
    "%3Cpath d='M8 10h16M8 22h10' stroke='%23fffefb' stroke-width='3'/%3E"
    "%3Cpath d='M8 16h16' stroke='%23ffe68f' stroke-width='4'/%3E%3C/svg%3E"
)
_HEADER = """
<header id="page-header">
  <h1 translate="no">article-qa</h1>
  <p id="tagline"></p>
  <p id="page-status" role="status"></p>
  <button id="open-list" type="button" hidden></button>
</header>
"""


def mount_page(app: FastAPI, answering: Answering, viewing: Viewing, asking: Asking) -> FastAPI:
    """Mount the page at `/` of `app`, and return `app`."""
    import gradio as gr

    texts = {language: wording(language).strings for language in LANGUAGES}
    i18n = gr.I18n(**texts)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _build(answering, viewing, asking, i18n),
        path="/",
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        theme=_theme(),
        i18n=i18n,
        # In `css=`, Gradio would prefix each rule of a media query with selectors of its own.
        head=f'<link rel="icon" href="data:image/svg+xml,{_ICON}">'
        + "".join(f"<style>{_read(name)}</style>" for name in _STYLES),
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


def _build(answering: Answering, viewing: Viewing, asking: Asking, i18n: "gr.I18n") -> "gr.Blocks":
    import gradio as gr

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
                gr.ChatInterface(
                    _respond(answering),
                    chatbot=chatbot,
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
                    # The click on an example is wired only if there are some; the real ones,
                    # in the reader's language, come with the page.
                    examples=["…"],
                    cache_examples=False,
                    concurrency_limit=None,
                    show_progress="hidden",
                    api_visibility="private",
                    analytics_enabled=False,
                )
            with gr.Column(elem_id="viewer-column", min_width=0):
                gr.HTML(
                    html_template='<div class="viewer-root"></div>',
                    js_on_load=_read("viewer.js") + "\n" + _read("page.js"),
                    server_functions=_server_functions(viewing),
                    elem_id="viewer-block",
                )
        demo.load(
            _examples(viewing), None, chatbot, show_progress="hidden", api_visibility="private"
        )
        offer_ask(asking)
    demo.queue(default_concurrency_limit=None, api_open=False)
    return demo


def _respond(answering: Answering) -> Callable[..., Iterator[str]]:
    import gradio as gr

    def respond(message: str, history: list[Any], request: gr.Request) -> Iterator[str]:
        words = preferred(request.headers.get("accept-language"))
        yield from answering.stream(str(message), words, turns(history))

    return respond


def _server_functions(viewing: Viewing) -> list[Callable[[Any], Any]]:
    # Gradio marks each function with an attribute, which a bound method cannot bear.
    def overview(request: Any) -> Any:
        return viewing.overview(request)

    def get_article(request: Any) -> Any:
        return viewing.get_article(request)

    return [overview, get_article]


def _examples(viewing: Viewing) -> Callable[..., Any]:
    import gradio as gr

    from article_qa_page.conversation import PlainQuestions

    def examples(request: gr.Request) -> Any:
        words = preferred(request.headers.get("accept-language"))
        shown = [{"text": example.question} for example in viewing.examples(words)]
        return PlainQuestions(examples=shown, placeholder=f"## {words['welcome']}")

    return examples


def _read(name: str) -> str:
    return files("article_qa_page").joinpath(name).read_text("utf-8")
