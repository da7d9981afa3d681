"""Qt item models, one a file."""
