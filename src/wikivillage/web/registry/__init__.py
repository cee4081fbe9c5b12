"""Registry: who acts, where, with which recipes; names that can be erased."""
