"""Where a world's first records come from: documents, read from files."""
