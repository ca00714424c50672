"""`article-qa password` and `article-qa token`: the lines of a password file."""

from typing import Annotated, Literal

import typer

from article_qa_page.access.credentials import new_token, password_line
from article_qa_page.access.roles import Role
from index.shell import shell, told_in_a_sentence

RoleName = Literal["reader", "editor"]
_ROLES: dict[str, Role] = {"reader": Role.READER, "editor": Role.EDITOR}


@shell.command()
def password(
    role: Annotated[RoleName, typer.Option(help="What it opens.")] = "editor",
) -> None:
    """Ask for a password twice; print the line of a password file that makes it known."""
    with told_in_a_sentence():
        given = typer.prompt(
            f"Password of the {role}", hide_input=True, confirmation_prompt=True, err=True
        )
        typer.echo(password_line(_ROLES[role], given))


@shell.command()
def token(
    role: Annotated[RoleName, typer.Option(help="What it opens.")] = "reader",
) -> None:
    """Print a new token for programs, once, and the line of a password file that makes it known."""
    made, line = new_token(_ROLES[role])
    typer.echo(f"Token, shown only now: {made}", err=True)
    typer.echo("Send it as 'Authorization: Bearer …'. The line for the password file:", err=True)
    typer.echo(line)
