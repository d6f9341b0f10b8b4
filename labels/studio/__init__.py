"""Label Studio: its server, its project, tasks out and annotations in."""
