"""A quarter of life for a village to be shown with, made by the actions that people use."""
