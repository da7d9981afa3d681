"""What text views of a document know about their text: its outline, its nodes, what fits where."""
