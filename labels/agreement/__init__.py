"""How far annotators agree, and how far a model draws them along."""
