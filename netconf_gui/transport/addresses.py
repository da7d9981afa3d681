"""Addresses for people; imports nothing, so that what only names them stays light."""

from __future__ import annotations


def address_text(host: str, port: int) -> str:
    """host:port for people; an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
