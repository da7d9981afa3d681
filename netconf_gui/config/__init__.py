"""Instance data: documents, differences, edits, plans. No I/O."""
