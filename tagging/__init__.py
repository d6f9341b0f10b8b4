"""The inference side: a trained bundle, the tagger, batch tagging and its reports."""
