"""YANG schema: resolve, compile, cache, look up, validate."""
