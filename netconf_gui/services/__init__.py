"""Whole jobs: connect, load, check, deploy. Blocking calls and events, no Qt."""
