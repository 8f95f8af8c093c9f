"""Who signs in here: pseudonyms, sessions, invitations, and which groups a person belongs to."""
