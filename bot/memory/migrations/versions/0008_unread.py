"""What was stored as it came and nobody has read yet."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("unread", sa.Boolean(), nullable=False, server_default=sa.false()))
    unread = sa.text("unread")
    op.create_index("inbox_unread", "inbox", ["received_at", "event_id"], sqlite_where=unread, postgresql_where=unread)
