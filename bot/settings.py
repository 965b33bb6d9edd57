"""The only reader of the environment: typed settings, secrets that print as ***, and a remedy for each that is missing.

It never connects to anything. Vendors and surfaces declare their own fields beside their code; the variable of a field is
DESKSIDE_<SECTION>_<FIELD> (the service's own fields have no section).
"""

import difflib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo

from bot.mail.settings import Settings as MailSettings
from bot.slack.settings import Settings as SlackSettings
from bot.teams.settings import Settings as TeamsSettings
from retrieval.connection import VendorFolder
from retrieval.vendors import VENDORS

PREFIX = "DESKSIDE_"
COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""OpenTelemetry's own variable, which a company may have set for all its services."""
KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


class ServiceSettings(BaseModel):
    """The service's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="Folder for the database and the search index; made when absent.")
    database_url: str = Field("", description="sqlite:///path or postgresql://…; empty: SQLite in the data folder.")
    knowledge_dir: Path = Field(KNOWLEDGE, description="Folder with articles, macros, sops, voice and policies.")
    http_host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 only behind a reverse proxy with TLS.")
    http_port: int = Field(8600, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    public_url: str = Field(
        "", description="How people reach this service, for links in cards; empty: the address it listens on."
    )
    body_cap_bytes: int = Field(1_000_000, ge=1_000, description="Larger request bodies are refused with 413.")
    console_token: SecretStr = Field(
        SecretStr(""), description="What a person types to sign in to the web console; empty: the console is off."
    )
    time_zone: str = Field("UTC", description="Zone for times where the reader's own is not known, e.g. Asia/Singapore.")
    deadline_seconds: float = Field(2.5, gt=0, le=30, description="How long a customer card waits for its slowest source.")
    alert_places: str = Field(
        "",
        description="Where all alerts go instead of each rule's own destination (knowledge/policies/team.yaml), "
        "comma-separated: slack:C0123ABC, teams:<conversation id>, console:live-chat.",
    )
    dry_run: bool = Field(False, description="true: nothing is written to a vendor; cards say what would have been done.")
    embedder: str = Field("minilm", description="minilm, none (lexical search only), openai, or a LangChain class path.")
    embedder_api_key: SecretStr = Field(SecretStr(""), description="API key for embedder=openai.")
    embedder_model: str = Field("text-embedding-3-small", description="Model for embedder=openai.")
    embedder_base_url: str = Field(
        "https://api.openai.com/v1", description="Server for embedder=openai that speaks OpenAI's protocol."
    )
    chroma_url: str = Field("", description="http://host:port of a Chroma server; empty: embedded in the data folder.")
    llm_model: str = Field(
        "",
        description="Model that words replies, e.g. gpt-5-mini, or langchain:package.module.Class for any LangChain chat model;"
        " empty: drafts only quote articles.",
    )
    llm_arguments: dict[str, Any] = Field(
        default_factory=dict, description='Arguments of a LangChain chat model, as JSON: {"model": "…"}; its keys stay its own.'
    )
    llm_base_url: str = Field(
        "https://api.openai.com/v1", description="OpenAI-compatible server, e.g. http://127.0.0.1:8080/v1."
    )
    llm_api_key: SecretStr = Field(SecretStr(""), description="API key for the model's server, where it wants one.")
    llm_deadline_seconds: float = Field(
        8.0, gt=0, le=60, description="How long an agent waits for the model before the quoted draft is shown instead."
    )
    llm_input_usd: Decimal = Field(Decimal(0), ge=0, description="US$ per million tokens read, to record what a draft cost.")
    llm_output_usd: Decimal = Field(Decimal(0), ge=0, description="US$ per million tokens written.")
    keep_payloads_days: int = Field(
        30, ge=1, description="How long events and actions keep customers' words; that they happened stays known."
    )
    keep_facts_days: int = Field(7, ge=1, description="How long a source's last answer may be shown while it is away.")
    keep_jobs_days: int = Field(30, ge=1, description="How long finished jobs are kept.")
    keep_questions_days: int = Field(
        90, ge=1, description="How long questions that no article answered are kept for `deskside gaps`."
    )
    keep_drafts_days: int = Field(
        365, ge=1, description="How long suggested replies and what was sent are kept, to measure them and to choose macros."
    )
    workers: int = Field(4, ge=1, le=64, description="Jobs worked on at the same time by this process.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    otlp_endpoint: str = Field(
        "",
        description="OpenTelemetry collector (gRPC), e.g. http://127.0.0.1:4317; empty: OTEL_EXPORTER_OTLP_ENDPOINT, else off.",
    )

    @field_validator("llm_arguments", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        """*Errors:* ValueError where the text is no JSON."""
        return json.loads(value or "{}") if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone; use a name such as Asia/Singapore") from None
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("use DEBUG, INFO, WARNING or ERROR")
        return value.upper()


@dataclass(frozen=True)
class SettingProblem:
    """A variable that cannot be used as it is, and what to do."""

    variable: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.message} {self.remedy}"


@dataclass(frozen=True)
class Missing:
    """A part that is not connected because these variables are not set, and the abilities that switches off."""

    part: str
    variables: tuple[str, ...]
    abilities: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """Everything the composition root needs. A part that is not configured is absent from its mapping and in `missing`."""

    service: ServiceSettings
    vendors: Mapping[str, BaseModel] = field(default_factory=dict)
    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None
    mail: MailSettings | None = None
    missing: tuple[Missing, ...] = ()


class BadSettings(Exception):
    """Settings that cannot be used; `problems` names each variable with its remedy."""

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def vendor_folders() -> tuple[VendorFolder, ...]:
    return tuple(import_module(f"retrieval.vendors.{name}").VENDOR for name in VENDORS)


@dataclass(frozen=True)
class Section:
    """A group of variables: its name in them ("" for the service's own), its model, and what it is good for."""

    name: str
    model: type[BaseModel]
    abilities: tuple[str, ...] = ()

    def variable(self, field_name: str) -> str:
        return PREFIX + "_".join(filter(None, (self.name, field_name))).upper()

    def given(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        environment = os.environ if environment is None else environment
        values = {name: environment.get(self.variable(name), "").strip() for name in self.model.model_fields}
        if not self.name:
            values["otlp_endpoint"] = values["otlp_endpoint"] or environment.get(COLLECTOR, "").strip()
        return {name: value for name, value in values.items() if value}

    @property
    def needed(self) -> tuple[str, ...]:
        """What connects a part of which nothing is set; its first variable where none is strictly required."""
        return self.absent({}) or (self.variable(next(iter(self.model.model_fields))),)

    def absent(self, given: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(
            self.variable(name) for name, one in self.model.model_fields.items() if one.is_required() and name not in given
        )


SURFACE_ABILITIES = {
    "slack": ("mentions, commands, buttons and alerts in Slack",),
    "teams": ("mentions, cards and alerts in Microsoft Teams",),
    "mail": ("alerts by e-mail, beside the chat or where no chat can be reached",),
}


def sections() -> tuple[Section, ...]:
    return (
        Section("", ServiceSettings),
        *(Section(one.name, one.settings, one.abilities) for one in vendor_folders()),
        Section("slack", SlackSettings, SURFACE_ABILITIES["slack"]),
        Section("teams", TeamsSettings, SURFACE_ABILITIES["teams"]),
        Section("mail", MailSettings, SURFACE_ABILITIES["mail"]),
    )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of `environment` (default: the process's). *Errors:* BadSettings, all problems at once."""
    values = os.environ if environment is None else environment
    problems: list[SettingProblem] = list(_strangers(values))
    missing: list[Missing] = []
    parts: dict[str, Any] = {}
    for section in sections():
        given = section.given(values)
        absent = section.absent(given) if given or not section.name else section.needed
        if absent:
            missing.append(Missing(section.name, absent, section.abilities))
            continue
        try:
            parts[section.name] = section.model.model_validate(given)
        except ValidationError as error:
            problems.extend(_problems(section, error))
    if problems:
        raise BadSettings(tuple(problems))
    surfaces = {name: parts.pop(name, None) for name in ("slack", "teams", "mail")}
    return Settings(service=parts.pop(""), vendors=parts, missing=tuple(missing), **surfaces)


def _problems(section: Section, error: ValidationError) -> Iterator[SettingProblem]:
    for one in error.errors(include_input=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        info = section.model.model_fields.get(name)
        meaning = (info.description or "") if info else ""
        yield SettingProblem(section.variable(name), f"{one['msg'].removeprefix('Value error, ')}.", f"It means: {meaning}")


def _strangers(environment: Mapping[str, str]) -> Iterator[SettingProblem]:
    known = {section.variable(name) for section in sections() for name in section.model.model_fields} | {"DESKSIDE_SHARED"}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "See .env.example for every variable."
            yield SettingProblem(name, "no such setting.", hint)


def example_environment() -> str:
    """The text of .env.example: every variable with its meaning and default."""
    lines = ["# Every setting of `deskside run`. Uncomment what you use; a part without its required values stays off.", ""]
    for section in sections():
        lines.append(f"# --- {section.name or 'service'} {'-' * 60}")
        for name, info in section.model.model_fields.items():
            lines += [f"# {info.description or name}{_default_words(info)}", f"#{section.variable(name)}={_default(info)}", ""]
    return "\n".join(lines)


def _default(info: FieldInfo) -> str:
    value = None if info.is_required() else info.get_default(call_default_factory=True)
    if isinstance(value, SecretStr) or value is None or value == KNOWLEDGE:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _default_words(info: FieldInfo) -> str:
    if info.is_required():
        return " (required)"
    return " (default: the knowledge folder of this project)" if info.get_default() == KNOWLEDGE else ""
