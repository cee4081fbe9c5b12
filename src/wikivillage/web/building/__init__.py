"""The building: a section, a plan of each floor, and what flows in each room."""
