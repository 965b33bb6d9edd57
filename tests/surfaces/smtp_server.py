"""A mail server on a real socket: takes what it is sent, or answers as it is told to; it delivers nothing."""

import asyncio
import contextlib
import email
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """`replies` by the command they are given to, in place of 250."""

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    messages: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 ready")
        while line := (await reader.readline()).decode().strip():
            command = line.split(" ")[0].upper()
            if command == "QUIT":
                say("221 bye")
                break
            if command == "DATA" and command not in self.replies:
                say("354 go on")
                text = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
                if self.replies.get("BODY") == "hang up":
                    break
                self.messages.append(email.message_from_bytes(text, policy=default))
            if command == "RCPT":
                self.to.append(line)
            say(self.replies.get(command, "250 ok"))
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def mailbox(**replies: str) -> AsyncIterator[Mailbox]:
    box = Mailbox(replies=dict(replies))
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
