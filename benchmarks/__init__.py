"""Figures of speed; run from a checkout, not installed."""
