"""Questions that no article answered, so that somebody can write one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("nearest_article_id", sa.Text()),
        sa.Column("nearest_title", sa.Text()),
        sa.PrimaryKeyConstraint("question_key"),
    )
    op.create_index("unanswered_by_time", "unanswered", ["asked_at"])
    op.create_index("unanswered_by_conversation", "unanswered", ["conversation_id"])
