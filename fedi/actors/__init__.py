"""Who: groups, remote actors, follows, the instance itself, and who may read what."""
