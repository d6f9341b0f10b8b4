"""Notices that sites add to speeches: the labelled set, and what is trained on it and measured with it."""
