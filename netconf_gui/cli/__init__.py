"""The headless commands, one a file."""
