"""Adapters to the database: one schema, every statement once for SQLite and PostgreSQL."""
