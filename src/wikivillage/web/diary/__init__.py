"""One calendar for everything: occurrences, series, openings, holidays, feeds."""
