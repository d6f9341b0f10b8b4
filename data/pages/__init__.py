"""Web pages: one environment of templates, one base page and one style sheet for all that the project shows to people."""
