"""Short codes and QR labels for machines, lots, doors and beds."""
