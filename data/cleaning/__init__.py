"""Cleaning: what is no part of the speech is cut out of the extracted text, with a reason."""
