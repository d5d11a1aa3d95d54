"""Why rules can't read a question."""

from __future__ import annotations


class Unread(Exception):
    """Not a failure: the question is for somebody else. Says which word or form stayed unexplained."""
