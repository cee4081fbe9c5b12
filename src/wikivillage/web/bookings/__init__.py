"""May I use it? Rooms, desks, machines and benches by the hour, tied to sun and water."""
