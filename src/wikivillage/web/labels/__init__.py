"""Short addresses and QR codes: what is stuck on a machine, a bin, a lot or a door."""
