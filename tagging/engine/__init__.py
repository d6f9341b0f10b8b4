"""Batch tagging: many files in, one store of results, resumable at any point; reports are written from the store."""
