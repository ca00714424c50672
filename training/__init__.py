"""How the weights were made; run from a checkout, not installed."""
