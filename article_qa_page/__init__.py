"""The web page: a chat on the left, the article behind each claim on the right."""
