"""`python -m evaluation COMMAND …`: figures of quality. Each command has its own `--help`."""

import sys
from importlib import import_module

COMMANDS = {
    "answers": "how well answers cite, what they leave out, and when they refuse",
    "claims": "how well the claims of a chat model are judged",
    "reader": "how often a trained reader picks the right sentence, and knows there is none",
    "refusal": "what each threshold on the confidence refuses, as a table and a curve",
    "retrieval": "how often the right paragraph comes first, for any embedding models",
}


def main() -> None:
    """Run the command named first."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        lines = "\n".join(f"  {command:10} {what}" for command, what in COMMANDS.items())
        sys.exit(f"Usage: python -m evaluation COMMAND …\n\n{lines}")
    sys.argv[:2] = [f"python -m evaluation {name}"]
    import_module(f"evaluation.{name}").main()


if __name__ == "__main__":
    main()
