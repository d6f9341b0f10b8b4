"""Word files with tagged sentences marked in them: `writer` is the way in."""
