"""Word files, as a person sees them printed."""
