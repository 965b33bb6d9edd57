"""What a Teams card holds under Teams' size limit; it measures bytes, not meanings (L23).

*Source:* contracts.md §5: a message about 100 KB as UTF-16, keep under 80 KB; 28 KB for cards is what webhooks take and what
botframework-services #228 was cut at. A card under 28 KB of UTF-8 keeps both.
"""

from collections.abc import Sequence

from bot.paging import Piece
from bot.teams.text import size

CARD_BYTES = 28 * 1024
MESSAGE_BYTES = 80 * 1024
"""As UTF-16: what a form that cannot be cut may come to."""
ROOM_BYTES = 2 * 1024
"""For the card around its body: version, heading of a further page, fallback text."""


def fits(page: Sequence[Piece], more: Sequence[Piece]) -> bool:
    return sum(size(one) + 1 for one in (*page, *more)) <= CARD_BYTES - ROOM_BYTES
