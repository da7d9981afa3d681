"""netconf_gui: see, edit and safely change the configuration of NETCONF devices."""
