"""Drift: how far speeches are from those that a model was trained on, and whether to annotate more."""
