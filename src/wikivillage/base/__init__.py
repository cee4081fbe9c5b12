"""Units, located problems, ids and time: what everything else stands on."""
