"""Run by Alembic, always inside the transaction that `backends.database.upgrade` holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
