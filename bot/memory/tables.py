"""The tables, one set for both databases. Text for moments and JSON, so that both hold the same; it never runs a query."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint, false, text

REVISION = "0008"
"""The newest migration; a database that stands elsewhere is refused at start."""

METADATA = MetaData()
SERIAL = BigInteger().with_variant(Integer, "sqlite")
LIVE, OPEN = text("finished_at IS NULL"), text("state IN ('pending', 'doing')")

inbox = Table(
    "inbox",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("conversation_id", Text),
    Column("payload", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("duplicates", Integer, nullable=False, server_default="0"),
    Column("unread", Boolean, nullable=False, server_default=false()),
    Index("inbox_by_conversation", "conversation_id", "at"),
    Index("inbox_by_arrival", "received_at"),
    Index("inbox_unread", "received_at", "event_id", sqlite_where=text("unread"), postgresql_where=text("unread")),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("once_key", Text, primary_key=True),
    Column("do", Text, nullable=False),
    Column("action", Text),
    Column("conversation_id", Text),
    Column("cause", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("result", Text),
    Column("reason", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index("outbox_by_conversation", "conversation_id", "created_at"),
    Index("outbox_open", "state", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("job_id", SERIAL, primary_key=True, autoincrement=True),
    Column("once_key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("lock", Text),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("position", SERIAL),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("worker_id", SERIAL),
    Column("dispatch_id", SERIAL),
    Column("due_at", Text),
    Column("enqueued_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("error", Text),
    Column("error_id", Text),
    Index("jobs_claim", "state", "priority", "position", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("jobs_position", "position", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("jobs_line", "lock", "position", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("jobs_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
    Index("jobs_dead", "job_id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
    Index(
        "jobs_one_head",
        "lock",
        unique=True,
        sqlite_where=text("state IN ('ready', 'retrying', 'running')"),
        postgresql_where=text("state IN ('ready', 'retrying', 'running')"),
    ),
    sqlite_autoincrement=True,
)

workers = Table(
    "workers",
    METADATA,
    Column("worker_id", SERIAL, primary_key=True, autoincrement=True),
    Column("beat", Integer, nullable=False, server_default="0"),
    Column("started_at", Text, nullable=False),
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("sop", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),
    Column("run", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_at", Text),
    Column("updated_at", Text, nullable=False),
    Index("runs_due", "due_at"),
    Index("runs_by_state", "state", "updated_at"),
    Index("runs_by_owner", "owner"),
)

sop_versions = Table(
    "sop_versions",
    METADATA,
    Column("sop", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("kept_at", Text, nullable=False),
)

alerts = Table(
    "alerts",
    METADATA,
    Column("alert_key", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("conversation_id", Text),
    Column("state", Text, nullable=False),
    Column("rolled_up", Boolean, nullable=False),
    Column("raised_at", Text, nullable=False),
    Column("alert", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index("alerts_by_conversation", "conversation_id"),
    Index("alerts_by_rule", "rule", "raised_at"),
)

threads = Table(
    "threads",
    METADATA,
    Column("surface", Text, primary_key=True),
    Column("channel_id", Text, primary_key=True),
    Column("thread_id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("channel_kind", Text, nullable=False),
    Column("linked_at", Text, nullable=False),
    Index("threads_by_conversation", "conversation_id"),
)

posted = Table(
    "posted",
    METADATA,
    Column("card_key", Text, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("at", Text, nullable=False),
)

drafts = Table(
    "drafts",
    METADATA,
    Column("draft_id", Text, primary_key=True),
    Column("conversation_id", Text),
    Column("draft", Text, nullable=False),
    Column("written_for", Text),
    Column("outcome", Text),
    Column("sent_text", Text),
    Column("created_at", Text, nullable=False),
    Column("decided_at", Text),
    Index("drafts_by_conversation", "conversation_id", "created_at"),
)

feedback = Table(
    "feedback",
    METADATA,
    Column("draft_id", Text, primary_key=True),
    Column("agent_id", Text, primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Text, nullable=False),
)

facts_cache = Table(
    "facts_cache",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("facts", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Index("facts_cache_by_age", "as_of"),
)

console_messages = Table(
    "console_messages",
    METADATA,
    Column("message_id", Text, primary_key=True),
    Column("position", SERIAL, nullable=False),
    Column("seq", SERIAL, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_id", Text),
    Column("only_user_id", Text),
    Column("author", Text, nullable=False),
    Column("text", Text),
    Column("card", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("seq", name="console_messages_seq"),
    Index("console_messages_by_place", "channel_id", "thread_id", "seq"),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text),
    Column("detail_digest", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("audit_by_subject", "subject", "seq"),
)

counters = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", SERIAL, nullable=False),
)

cursors = Table(
    "cursors",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)

ticks = Table(
    "ticks",
    METADATA,
    Column("tick_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ticks_by_name", "name", "at"),
)

unanswered = Table(
    "unanswered",
    METADATA,
    Column("question_key", Text, primary_key=True),
    Column("question", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("conversation_id", Text),
    Column("why_not", Text, nullable=False),
    Column("nearest_article_id", Text),
    Column("nearest_title", Text),
    Index("unanswered_by_time", "asked_at"),
    Index("unanswered_by_conversation", "conversation_id"),
)

teams_conversations = Table(
    "teams_conversations",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("person_id", Text),
    Column("dead", Text),
    Column("updated_at", Text, nullable=False),
    Index("teams_conversations_by_person", "person_id"),
)

teams_members = Table(
    "teams_members", METADATA, Column("person_id", Text, primary_key=True), Column("member_id", Text, nullable=False)
)

bulks = Table(
    "bulks",
    METADATA,
    Column("bulk_id", Text, primary_key=True),
    Column("agent_id", Text, nullable=False),
    Column("bulk", Text, nullable=False),
    Column("undoes", Text),
    Column("created_at", Text, nullable=False),
    Column("confirmed_at", Text),
    Index("bulks_by_agent", "agent_id", "confirmed_at"),
)

bulk_items = Table(
    "bulk_items",
    METADATA,
    Column("bulk_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("once_key", Text, nullable=False),
)
