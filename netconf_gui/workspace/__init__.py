"""What is kept on disk: settings, inventory, credentials, recent files, journal."""
