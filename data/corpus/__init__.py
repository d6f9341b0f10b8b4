"""Annotated speeches as data sets: splits without leaks, folds, gold files."""
