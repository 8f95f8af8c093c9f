"""Importing this module makes the governing room listen: what it performs registers, its jobs too."""

from fedi.governing import asking, export, log, members, profile, roles, rules, schedule

__all__ = ["asking", "export", "log", "members", "profile", "roles", "rules", "schedule"]
