"""Web pages, single or packed with their pictures."""
