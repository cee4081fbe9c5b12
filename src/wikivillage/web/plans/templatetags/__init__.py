"""Tags and filters of the room."""
