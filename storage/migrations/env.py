"""Alembic's entry: it uses the connection that storage.migrations.upgrade hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
