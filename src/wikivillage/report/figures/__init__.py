"""Figures: one kind per file, each a pure function from numbers to SVG."""
