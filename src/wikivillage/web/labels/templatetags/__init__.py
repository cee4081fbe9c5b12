"""Tags of templates with labels."""
