"""The living village: Django over the pure core. Only here is a database known."""
