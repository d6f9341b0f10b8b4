"""Errors that a user can act on: the command line prints them as one line, without a traceback."""

from __future__ import annotations


class JianghuaError(Exception):
    """Base of every error that says what was expected, what was found and where."""


class DocumentError(JianghuaError):
    """A file cannot be read as a speech; the message gives the reason, without the file's name."""


class RecordError(JianghuaError):
    """A record (a line of JSONL, a dataset row) does not have the documented form."""


class SettingsError(JianghuaError):
    """A configuration file or an override is wrong."""


class MissingExtraError(JianghuaError):
    """An optional dependency is not installed."""


class StudioError(JianghuaError):
    """Label Studio, or its server, cannot do what was asked; the message never holds a token."""
