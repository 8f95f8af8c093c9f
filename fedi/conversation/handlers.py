"""Importing this module makes the conversation room listen: its handlers register, its jobs too."""

from fedi.conversation import fetching, moderation, quotes, reactions, reading, replies, reports

__all__ = ["fetching", "moderation", "quotes", "reactions", "reading", "replies", "reports"]
