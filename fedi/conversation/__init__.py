"""What others say to us: replies, reactions, mentions, quotes, reports; hiding and moderation."""
