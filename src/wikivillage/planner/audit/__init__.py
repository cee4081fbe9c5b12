"""The laws that a written plan must keep, re-added from its files: no compiler, no equation family, no solver.

Every law is a function from a ``Result`` to its findings; ``docs/measures.md`` says what it demands.
"""
