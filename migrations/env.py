"""Runs the migrations on the connection that `inbox_bot.store.versions` hands over, in the transaction of the caller.

A new one: versions/NNNN_what.py after script.py.mako, its number added to REVISIONS in `inbox_bot/store/versions.py`;
the contract tests compare what the migrations make with what the tables say, on both databases.
"""

from alembic import context

from inbox_bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
