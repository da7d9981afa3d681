"""Bytes in and out: SSH streams, host keys, authentication."""
