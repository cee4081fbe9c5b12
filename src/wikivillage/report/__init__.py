"""A result folder as a page, a screen of text, or CSV tables. Pure: records and tables in, text out."""
