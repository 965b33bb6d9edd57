"""Alerts that were raised, each cause once; and who owns how many chats."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rolled_up", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alert_key"),
    )
    op.create_index("alerts_by_conversation", "alerts", ["conversation_id"])
    op.create_index("alerts_by_rule", "alerts", ["rule", "raised_at"])
    op.create_index("runs_by_owner", "runs", ["owner"])
