"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("detail_digest", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("audit_by_subject", "audit", ["subject", "seq"])
    op.create_table(
        "console_messages",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text()),
        sa.Column("only_user_id", sa.Text()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("card", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        sa.UniqueConstraint("seq", name="console_messages_seq"),
    )
    op.create_index("console_messages_by_place", "console_messages", ["channel_id", "thread_id", "seq"])
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("written_for", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("sent_text", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text()),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_index("drafts_by_conversation", "drafts", ["conversation_id", "created_at"])
    op.create_table(
        "facts_cache",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key"),
    )
    op.create_index("facts_cache_by_age", "facts_cache", ["as_of"])
    op.create_table(
        "feedback",
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "agent_id"),
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("payload", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id"),
    )
    op.create_index("inbox_by_arrival", "inbox", ["received_at"])
    op.create_index("inbox_by_conversation", "inbox", ["conversation_id", "at"])
    op.create_table(
        "jobs",
        sa.Column("job_id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("lock", sa.Text()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("position", SERIAL),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker_id", SERIAL),
        sa.Column("dispatch_id", SERIAL),
        sa.Column("due_at", sa.Text()),
        sa.Column("enqueued_at", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text()),
        sa.Column("finished_at", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("error_id", sa.Text()),
        sa.PrimaryKeyConstraint("job_id"),
        sa.UniqueConstraint("once_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "jobs_claim",
        "jobs",
        ["state", "priority", "position"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "jobs_dead", "jobs", ["job_id"], sqlite_where=sa.text("state = 'dead'"), postgresql_where=sa.text("state = 'dead'")
    )
    op.create_index(
        "jobs_due",
        "jobs",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "jobs_line",
        "jobs",
        ["lock", "position"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "jobs_one_head",
        "jobs",
        ["lock"],
        unique=True,
        sqlite_where=sa.text("state IN ('ready', 'retrying', 'running')"),
        postgresql_where=sa.text("state IN ('ready', 'retrying', 'running')"),
    )
    op.create_index(
        "jobs_position",
        "jobs",
        ["position"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("do", sa.Text(), nullable=False),
        sa.Column("action", sa.Text()),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("cause", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("once_key"),
    )
    op.create_index("outbox_by_conversation", "outbox", ["conversation_id", "created_at"])
    op.create_index(
        "outbox_open",
        "outbox",
        ["state", "created_at"],
        sqlite_where=sa.text("state IN ('pending', 'doing')"),
        postgresql_where=sa.text("state IN ('pending', 'doing')"),
    )
    op.create_table(
        "posted",
        sa.Column("card_key", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("card_key"),
    )
    op.create_table(
        "runs",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("sop", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Text()),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("runs_by_state", "runs", ["state", "updated_at"])
    op.create_index("runs_due", "runs", ["due_at"])
    op.create_table(
        "threads",
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("surface", "channel_id", "thread_id"),
    )
    op.create_index("threads_by_conversation", "threads", ["conversation_id"])
    op.create_table(
        "ticks",
        sa.Column("tick_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tick_id"),
    )
    op.create_index("ticks_by_name", "ticks", ["name", "at"])
    op.create_table(
        "workers",
        sa.Column("worker_id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("beat", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id"),
        sqlite_autoincrement=True,
    )
