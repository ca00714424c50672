"""Whether an index is whole, and how it is made so again from the articles that it holds."""
