"""What the tab's script asks with: JSON objects, none of which is trusted."""

from typing import Any

from article_qa_page.articles_wording import articles_words
from article_qa_page.wording import Wording, preferred
from index.article import is_web_address
from index.errors import ArticleQAError

MAX_ADDRESS = 2_000  # characters

Json = dict[str, Any]


class InputError(ArticleQAError):
    """What was typed cannot be used; the sentence is in the reader's language."""


def words_of(request: Json) -> tuple[Wording, dict[str, str]]:
    """Return the page's words and the tab's, in the language that the request names."""
    words = preferred(request.get("language"))
    return words, articles_words(words)


def text_of(request: Json, name: str) -> str:
    """Return a text of the request, empty where there is none."""
    value = request.get(name)
    return value if isinstance(value, str) else ""


def texts_of(request: Json, name: str) -> list[str]:
    """Return a list of texts of the request, without what is none."""
    value = request.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def address_of(request: Json) -> str:
    """Return the web address of the request; raise `InputError` where it is none."""
    _, strings = words_of(request)
    address = text_of(request, "address").strip()
    is_one_word = not any(character.isspace() for character in address)
    if not (is_web_address(address) and len(address) <= MAX_ADDRESS and is_one_word):
        raise InputError(strings["address_wrong"])
    return address
