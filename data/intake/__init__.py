"""Intake: paths to bytes, archives opened, parsers kept in a process of their own."""
