"""The scripted visit to the demo device: `netconf-gui --tour DIR`."""
