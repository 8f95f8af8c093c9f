"""Polls: a question with answers to choose from, open for a while."""
