"""The worker processes that talk to libyang; nothing else may load it."""
