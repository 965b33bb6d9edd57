"""Where Teams conversations can be reached, so that a restart forgets none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "teams_conversations",
        sa.Column("conversation_id", sa.Text(), primary_key=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text()),
        sa.Column("dead", sa.Text()),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )
    op.create_index("teams_conversations_by_person", "teams_conversations", ["person_id"])
    op.create_table(
        "teams_members",
        sa.Column("person_id", sa.Text(), primary_key=True),
        sa.Column("member_id", sa.Text(), nullable=False),
    )
