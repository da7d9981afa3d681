"""NETCONF itself, without I/O: bytes to messages and back, as client or as server."""
