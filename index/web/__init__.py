"""Addresses of the web to bytes: safely, politely, within limits."""
