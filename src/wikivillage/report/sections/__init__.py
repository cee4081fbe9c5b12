"""The parts of the page, one per file: each takes a ``Reading`` and gives a ``Floor``, or None with nothing to say."""
