"""A result folder as a page, a screen of text, or CSV tables. Pure: records and tables in, text out."""

from wikivillage.report.library_listing import library_listing
from wikivillage.report.page import render_html
from wikivillage.report.tables import write_csv
from wikivillage.report.terminal import terminal_summary

__all__ = ["library_listing", "render_html", "terminal_summary", "write_csv"]
