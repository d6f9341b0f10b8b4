"""Markdown: text with marks for headings, emphasis, lists, tables, links and pictures."""
