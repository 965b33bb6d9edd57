"""Who is signed in to the console: a signed cookie, made from the console's token; without a token nobody is."""

import hashlib
import hmac
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from playbooks.domain.people import Actor, Agent, Surface
from playbooks.domain.policy import TeamPolicy

COOKIE = "deskside"
LASTS = timedelta(hours=12)
"""A shift and its hand-over."""


class Sessions:
    """`token` is what a person types beside their work e-mail. *Fails closed:* an empty token signs nobody in.

    The cookie is `agent_id|expiry|mac`; SameSite=Strict and HttpOnly, Secure where the page came by https.
    """

    def __init__(self, token: str, team: TeamPolicy) -> None:
        self._token, self._team = token, team
        self._key = hashlib.sha256(f"deskside console {token}".encode()).digest()

    @property
    def is_open(self) -> bool:
        return bool(self._token)

    def agent(self, request: Request, now: datetime) -> Agent | None:
        agent_id, _, rest = request.cookies.get(COOKIE, "").partition("|")
        expiry, _, mac = rest.partition("|")
        if not self.is_open or not expiry.isdigit() or int(expiry) < now.timestamp():
            return None
        return self._team.agent(agent_id) if hmac.compare_digest(mac, self._mac(agent_id, expiry)) else None

    def sign_in(self, agent_id: str, token: str, request: Request, response: Response, now: datetime) -> Agent | None:
        """Sets the cookie where the token is right and the colleague is on the roster."""
        agent = self._team.agent(agent_id.strip())
        if not self.is_open or agent is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            return None
        expiry = str(int((now + LASTS).timestamp()))
        value = f"{agent.agent_id}|{expiry}|{self._mac(agent.agent_id, expiry)}"
        response.set_cookie(
            COOKIE,
            value,
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return agent

    def _mac(self, agent_id: str, expiry: str) -> str:
        return hmac.new(self._key, f"{agent_id}|{expiry}".encode(), hashlib.sha256).hexdigest()


def actor_of(agent: Agent) -> Actor:
    """The console's signed-in colleague as an actor; the workspace is the console itself."""
    return Actor(surface=Surface.CONSOLE, user_id=agent.agent_id, workspace_id="console", name=agent.name)
