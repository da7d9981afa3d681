"""The built-in demo device: a NETCONF server on loopback SSH."""
