"""Today in the village: five loops against their goals, the net of flows, the next hours."""
