"""Figures of quality; run from a checkout, not installed."""
