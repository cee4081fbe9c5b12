"""Meters and files become readings; readings become consumption per interval. Only ``mqtt`` talks to anybody."""
