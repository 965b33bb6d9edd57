"""Starts every vendor's sandbox on loopback for one world, and knows the settings that reach them."""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType

from pydantic import BaseModel, SecretStr

from bot.settings import sections, vendor_folders
from retrieval.sandbox import SandboxServer
from retrieval.sandbox_control import SandboxControl
from retrieval.world import World


class Fleet:
    """Use as a context manager; `settings` are what a person would have put in the environment for real vendors."""

    def __init__(self, world: World) -> None:
        self._world, self._stack = world, ExitStack()
        self._servers: list[SandboxServer] = []
        self.settings: dict[str, BaseModel] = {}
        self.urls: dict[str, str] = {}

    def __enter__(self) -> "Fleet":
        for folder in vendor_folders():
            sandbox = folder.sandbox(self._world)
            server = self._stack.enter_context(SandboxServer(sandbox.app))
            self._servers.append(server)
            self.urls[folder.name] = server.url
            self.settings[folder.name] = folder.settings.model_validate(sandbox.settings_at(server.url))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in self._servers:
            one.leave()
        self._stack.close()

    def environment(self) -> list[str]:
        """`export` lines that connect `deskside run` to these sandboxes, secrets included: they open nothing else."""
        lines = []
        for section in sections():
            given = self.settings.get(section.name)
            for name, value in (given.model_dump(exclude_defaults=True) if given else {}).items():
                plain = value.get_secret_value() if isinstance(value, SecretStr) else value
                text = ",".join(plain) if isinstance(plain, tuple) else str(plain)
                lines.append(f"export {section.variable(name)}='{text}'")
        return lines

    def controls(self) -> Mapping[str, SandboxControl]:
        return {name: SandboxControl(url) for name, url in self.urls.items()}
