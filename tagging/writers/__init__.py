"""Writers of tagging results: one file a format."""
