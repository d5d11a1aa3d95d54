"""Run by Alembic, always inside the transaction that `backends.database.upgrade` holds."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # Our SQLite transactions hold DDL too; SQLite changes a column only by making the table again.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
