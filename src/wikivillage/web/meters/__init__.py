"""Meters: raw readings, once each, and the intervals that close into events of the ledger."""
