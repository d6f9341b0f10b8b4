"""Text out of bytes: encodings, what was damaged on the way, how likely it is to be Chinese."""
