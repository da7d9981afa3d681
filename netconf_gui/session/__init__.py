"""One NETCONF session: request and reply, typed operations, schema download, wire record."""
