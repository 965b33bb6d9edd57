"""Deeds for many conversations, and what became of each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "bulks",
        sa.Column("bulk_id", sa.Text(), primary_key=True),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("bulk", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text()),
    )
    op.create_index("bulks_by_agent", "bulks", ["agent_id", "confirmed_at"])
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
    )
