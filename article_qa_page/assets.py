"""The files of this package that reach a browser: scripts, styles, and the login's page."""

from importlib.resources import files


def asset(name: str) -> str:
    """Return the text of a file, such as `page.css` or `access/login.html`."""
    return files("article_qa_page").joinpath(name).read_text("utf-8")


def styles(*names: str) -> str:
    """Return style sheets as elements for a page's head."""
    return "".join(f"<style>{asset(name)}</style>" for name in names)


def script(*names: str) -> str:
    """Return scripts as the body of one function, what they share first."""
    return "\n".join(asset(name) for name in ("nodes.js", *names))
