"""Alembic migrations, run when a store is opened.

A change of `data.sql.schema` needs one more module in `versions` (spelled out: it means the same in years)
and the next `VERSION`; `tests/data/sql/test_schema.py` compares where the migrations lead with the schema and
the catalog. The guards are installed again after every migration, never by one.
"""
