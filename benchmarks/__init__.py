"""How fast and how small: one command, ``make bench``; its figures are kept in RESULTS.md."""
