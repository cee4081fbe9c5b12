"""Who needs it? Lots, offers and needs, loans, repairs and hours given."""
