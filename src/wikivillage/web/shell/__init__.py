"""The shell of every page: layout, look, words of numbers, headers, errors. Knows no room."""
