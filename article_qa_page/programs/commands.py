"""`article-qa mcp`: the articles as tools for another program's model, over standard streams."""

from collections.abc import Callable
from contextlib import suppress


def mcp() -> None:
    """Offer the articles to a model as tools (Model Context Protocol, over stdin and stdout)."""
    import logging
    import sys
    from threading import Thread

    from article_qa_page.programs.asking import Asking
    from article_qa_page.programs.mcp_tools import mcp_server
    from index.shell import told_in_a_sentence
    from retrieval.default import default_assistant

    # Nothing but the protocol may reach stdout.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    with told_in_a_sentence(), suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        assistant = default_assistant()
        Thread(target=_warm_up, args=(assistant.warm_up,), daemon=True).start()
        mcp_server(Asking(assistant, ready=lambda: None)).run("stdio")


def _warm_up(load: Callable[[], None]) -> None:
    from index.errors import ArticleQAError

    with suppress(ArticleQAError):  # it is told in reply to the first question
        load()
