"""The parts of the page, one per file: each takes a ``Reading`` and gives a ``Floor``, or None when it has nothing to say."""
