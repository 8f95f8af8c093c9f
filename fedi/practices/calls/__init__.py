"""Calls to act together at a time and a place."""
