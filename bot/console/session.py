"""Who is signed in to the console: a signed cookie, made from the console's token; without a token nobody is."""

import hashlib
import hmac
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from playbooks.domain.people import Actor, Agent, Surface
from playbooks.domain.policy import TeamPolicy

COOKIE, ENTRY = "deskside", "deskside-entry"
LASTS = timedelta(hours=12)
"""A shift and its hand-over."""
ENTRY_LASTS = timedelta(minutes=10)
"""Long enough to choose who one is."""


class Sessions:
    """`token` is what a person types beside their work e-mail. *Fails closed:* an empty token signs nobody in.

    The cookie is `agent_id|expiry|mac`; SameSite=Strict and HttpOnly, Secure where the page came by https. Who came with the
    token in the address holds an entry cookie instead, so that the token leaves the address at once.
    """

    def __init__(self, token: str, team: TeamPolicy) -> None:
        self._token, self._team = token, team
        self._key = hashlib.sha256(f"deskside console {token}".encode()).digest()

    @property
    def is_open(self) -> bool:
        return bool(self._token)

    @property
    def team(self) -> TeamPolicy:
        return self._team

    def agent(self, request: Request, now: datetime) -> Agent | None:
        agent_id = self._signed(request, COOKIE, now)
        return self._team.agent(agent_id) if agent_id else None

    def sign_in(self, agent_id: str, token: str, request: Request, response: Response, now: datetime) -> Agent | None:
        """Sets the cookie where the token is right and the colleague is on the roster."""
        agent = self._team.agent(agent_id.strip())
        if agent is None or not self.knows(token):
            return None
        self._set(COOKIE, agent.agent_id, LASTS, request, response, now)
        return agent

    def knows(self, token: str) -> bool:
        return self.is_open and hmac.compare_digest(token.encode(), self._token.encode())

    def enter(self, token: str, request: Request, response: Response, now: datetime) -> bool:
        """The token of the address, exchanged for a cookie that lets its bearer choose who they are."""
        if not self.knows(token):
            return False
        self._set(ENTRY, "entry", ENTRY_LASTS, request, response, now)
        return True

    def entered(self, request: Request, now: datetime) -> bool:
        return self._signed(request, ENTRY, now) == "entry"

    def choose(self, agent_id: str, request: Request, response: Response, now: datetime) -> Agent | None:
        """Signs in who has entered before."""
        if not self.entered(request, now):
            return None
        return self.sign_in(agent_id, self._token, request, response, now)

    def sign_out(self, response: Response) -> None:
        for name in (COOKIE, ENTRY):
            response.delete_cookie(name, httponly=True, samesite="strict")

    def _set(self, name: str, who: str, lasts: timedelta, request: Request, response: Response, now: datetime) -> None:
        expiry = str(int((now + lasts).timestamp()))
        response.set_cookie(
            name,
            f"{who}|{expiry}|{self._mac(name, who, expiry)}",
            max_age=int(lasts.total_seconds()),
            httponly=True,
            # A link in a chat or mail starts a cross-site navigation, on whose redirect a Strict cookie would stay behind.
            samesite="lax" if name == ENTRY else "strict",
            secure=request.url.scheme == "https",
        )

    def _signed(self, request: Request, name: str, now: datetime) -> str | None:
        who, _, rest = request.cookies.get(name, "").partition("|")
        expiry, _, mac = rest.partition("|")
        if not self.is_open or not (expiry.isascii() and expiry.isdigit()) or int(expiry) < now.timestamp():
            return None
        return who if hmac.compare_digest(mac.encode(), self._mac(name, who, expiry).encode()) else None

    def _mac(self, name: str, who: str, expiry: str) -> str:
        return hmac.new(self._key, f"{name}|{who}|{expiry}".encode(), hashlib.sha256).hexdigest()


def actor_of(agent: Agent) -> Actor:
    """The console's signed-in colleague as an actor; the workspace is the console itself."""
    return Actor(surface=Surface.CONSOLE, user_id=agent.agent_id, workspace_id="console", name=agent.name)
