"""One price engine for every service: versioned policies, frozen quotes, every amount explained."""
