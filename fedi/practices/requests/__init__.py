"""Requests for solidarity: what is needed, how much, by when."""
