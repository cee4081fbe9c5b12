"""Long work in the background: its queue, its progress, its log."""
