"""The verbs of the living village on the command line, one file per room. Thin, like ``cli``."""
