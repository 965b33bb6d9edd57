"""Alembic's folder: how the schema came to be, one revision tree for both databases."""
