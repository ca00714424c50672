"""Articles in, a searchable index out. Knows nothing of questions."""
