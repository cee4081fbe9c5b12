"""The pure ledger: what an event does to the stocks, promises kept in parts, trace, and what is derived from them."""
