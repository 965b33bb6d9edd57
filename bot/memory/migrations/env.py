"""Run by Alembic inside `bot.memory.schema.migrate`, which hands over an open connection; it opens nothing itself."""

from alembic import context

from bot.memory.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
