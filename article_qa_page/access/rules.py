"""Which role each path needs. What no rule names needs an editor; what is closed is for nobody.

The page is Gradio's, so most rules are about the paths that it calls. A handler behind one of these
that changes the index asks `require` again: a rule about a path is no leave to call every function.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from article_qa_page.access.roles import Role


@dataclass(frozen=True, slots=True)
class Rule:
    """A path, `{}` standing for a part of it and `{*}` for the rest, and the role it needs.

    `role` None closes it: to everybody it is not there.
    """

    methods: frozenset[str]
    path: str
    role: Role | None


def _rules(methods: str, role: Role | None, paths: Iterable[str]) -> list[Rule]:
    return [Rule(frozenset(methods.split()), path, role) for path in paths]


_ANY = "GET POST PUT PATCH DELETE OPTIONS"
_API = "/gradio_api"
_REST = "/api/v1"
RULES = (
    *_rules("GET", Role.NOBODY, ["/healthz", "/readyz", "/login"]),
    *_rules("POST", Role.NOBODY, ["/login", "/logout"]),
    *_rules("GET", Role.READER, ["/", "/session", "/config", "/theme.css"]),
    *_rules("GET", Role.READER, ["/assets/{*}", "/static/{*}", "/svelte/{*}", "/favicon.ico"]),
    *_rules("GET", Role.READER, ["/manifest.json", "/pwa_icon", "/pwa_icon/{}", "/robots.txt"]),
    *_rules("GET", Role.READER, [f"{_API}/{name}" for name in ("app_id", "theme.css", "info")]),
    *_rules("GET", Role.READER, [f"{_API}/{name}" for name in ("user", "login_check")]),
    *_rules("GET", Role.READER, [f"{_API}/startup-events", f"{_API}/heartbeat/{{}}"]),
    *_rules("GET", Role.READER, [f"{_API}/queue/data", f"{_API}/queue/status"]),
    *_rules("GET", Role.READER, [f"{_API}/call/{{}}/{{}}", f"{_API}/call/v2/{{}}/{{}}"]),
    *_rules("GET", Role.READER, [f"{_API}/file={{*}}", f"{_API}/file/{{*}}"]),
    *_rules("POST", Role.READER, [f"{_API}/{name}" for name in ("queue/join", "cancel", "reset")]),
    *_rules("POST", Role.READER, [f"{_API}/component_server", f"{_API}/call/v2/{{}}"]),
    *_rules("POST", Role.READER, [f"{_API}/{name}/{{}}" for name in ("call", "run", "api")]),
    *_rules("POST", Role.READER, [f"{_REST}/ask"]),
    *_rules("GET", Role.READER, [f"{_REST}/{name}" for name in ("search", "schema.json")]),
    *_rules("GET", Role.READER, [f"{_REST}/articles", f"{_REST}/articles/{{}}"]),
    *_rules("GET", Role.READER, [f"{_REST}/{{*}}"]),  # to be told that there is nothing
    *_rules("GET POST DELETE", Role.READER, ["/mcp"]),
    *_rules("POST", Role.EDITOR, ["/articles-upload"]),
    *_rules("GET", Role.EDITOR, ["/metrics"]),
    # Files come by the path above: Gradio's way in keeps them under names that are no secret.
    *_rules(_ANY, None, [f"{_API}/upload", f"{_API}/upload_progress"]),
    # Gradio's tools for those who build a page with it have no place in one that others use.
    *_rules(_ANY, None, [f"{_API}/proxy={{*}}", f"{_API}/dev/{{*}}", f"{_API}/token"]),
    *_rules(_ANY, None, [f"{_API}/vibe-edit", f"{_API}/undo-vibe-edit", f"{_API}/vibe-code"]),
    *_rules(_ANY, None, [f"{_API}/vibe-starter-queries", f"{_API}/profiling/{{*}}"]),
    *_rules(_ANY, None, [f"{_API}/runs", f"{_API}/run-history/{{*}}", f"{_API}/deep_link"]),
    *_rules(_ANY, None, [f"{_API}/stream/{{*}}", f"{_API}/process_recording"]),
    *_rules(_ANY, None, [f"{_API}/custom_component/{{*}}", "/monitoring", "/monitoring/{*}"]),
    *_rules(_ANY, None, [f"{_API}/openapi.json", "/login", "/logout"]),
)
OTHER = Rule(frozenset(), "other", Role.EDITOR)
# What the page's scripts call, all by the one path of Gradio's that is named `component_server`.
FUNCTIONS = {
    **dict.fromkeys(["overview", "get_article"], Role.READER),
    **dict.fromkeys(["suggest", "choices", "export", "explain"], Role.READER),
    **dict.fromkeys(["articles_state", "articles_table", "articles_picture"], Role.READER),
    **dict.fromkeys(["articles_failures", "articles_sources"], Role.EDITOR),  # names files
    "articles_unlist": Role.EDITOR,
    **dict.fromkeys(["articles_add_files", "articles_add_text"], Role.EDITOR),
    **dict.fromkeys(["articles_add_address", "articles_add_feed"], Role.EDITOR),
    **dict.fromkeys(["articles_sync", "articles_reread", "articles_reindex"], Role.EDITOR),
    **dict.fromkeys(["articles_retry", "articles_dismiss"], Role.EDITOR),
    **dict.fromkeys(["articles_remove", "articles_cancel"], Role.EDITOR),
}


def rule_of(method: str, path: str) -> Rule:
    """Return the rule for a request.

    A slash at the path's end makes no difference, but for what is open to all: Gradio has paths
    of its own that differ from ours by one.
    """
    method = "GET" if method == "HEAD" else method
    bare = path.rstrip("/") or "/"
    for rule in RULES:
        asked = path if rule.role is Role.NOBODY else bare
        if method in rule.methods and _pattern(rule.path).fullmatch(asked):
            return rule
    return OTHER


@cache
def _pattern(path: str) -> re.Pattern[str]:
    parts = {"{}": "[^/]+", "{*}": ".*"}
    pieces = re.split(r"(\{\*?\})", path)
    return re.compile("".join(parts.get(piece) or re.escape(piece) for piece in pieces), re.DOTALL)
