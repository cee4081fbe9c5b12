"""Plans inside the site: runs in the background, the report, two side by side."""
