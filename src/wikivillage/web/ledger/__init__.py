"""Ledger: what happened and what was promised, append-only, with stocks, promises and trace."""
