"""How a request is refused: one sentence, in the form that whoever sent it reads.

The page reads `{"error": sentence}`. Programs are told `application/problem+json` (RFC 9457).
"""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from article_qa_page.wording import Wording
from index.errors import AccessError

PROBLEM_TYPE = "application/problem+json"
REST_PATH, MCP_PATH = "/api/v1", "/mcp"  # what is for programs alone


def refusal(
    path: str, sentence: str, status: int, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the refusal of a request for `path`, which has no root path before it."""
    if path == MCP_PATH or path.startswith((f"{REST_PATH}/", f"{MCP_PATH}/")):
        return problem(sentence, status, headers)
    return JSONResponse({"error": sentence}, status, dict(headers or {}))


def problem(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response that tells a program why not."""
    return JSONResponse(
        problem_body(sentence, status), status, dict(headers or {}), media_type=PROBLEM_TYPE
    )


def problem_body(sentence: str, status: int) -> dict[str, str | int]:
    """Return the JSON object of a problem."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": sentence}


def access_sentence(error: AccessError, words: Wording) -> str:
    """Return why somebody may not do what they asked for, in the page's own words."""
    return words["access_login" if error.status == 401 else "access_editor"]
