"""Why a draft was of no use, beside the bare verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("feedback", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
