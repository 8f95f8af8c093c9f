"""Importing this module makes the room of actors listen: its handlers register, its jobs too."""

from fedi.actors import blocks_by, follows, joins, moves, profiles, sync, upkeep

__all__ = ["blocks_by", "follows", "joins", "moves", "profiles", "sync", "upkeep"]
