"""The library of recipes, resources, stores, profiles and goals, as YAML: data, no code."""
