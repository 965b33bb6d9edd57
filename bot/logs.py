"""One JSON line a log record: time, level, words and ids; never a customer's text, a URL's query, a header or a body.

`correlation` is the same on every line from an event's arrival to its last effect, in whichever process (bot/trace.py).
"""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.trace import current

STANDARD = frozenset(vars(logging.makeLogRecord({})))
QUIET = (
    "httpx",
    "httpcore",
    "httpx2",
    "chromadb",
    "slack_bolt",
    "slack_sdk",
    "botbuilder",
    "msal",
    "urllib3",
    "apscheduler",
    "alembic",
    "uvicorn",
)
"""They write addresses or payloads at INFO."""


def _correlation() -> dict[str, str]:
    trace = current()
    return {"correlation": trace.trace_id} if trace else {}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
            **_correlation(),
            **{key: value for key, value in vars(record).items() if key not in STANDARD},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = self.formatException(record.exc_info) if record.levelno >= logging.ERROR else None
        return json.dumps(line, default=str)


def set_up(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
