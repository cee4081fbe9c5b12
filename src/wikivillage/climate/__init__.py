"""Weather files and generators become sun, temperature, rain, plant thirst, PV yield and heat pump COP."""
