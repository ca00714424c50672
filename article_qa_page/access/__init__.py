"""Who may do what: roles, passwords and tokens, sessions, and the guard before every path."""

from article_qa_page.access.roles import Caller, Role, caller_of, require

__all__ = ["Caller", "Role", "caller_of", "require"]
