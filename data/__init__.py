"""Documents to speeches to datasets. Knows no model and no annotation tool."""
