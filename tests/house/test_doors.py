"""Who may import whom, where each third-party package lives, and that decisions stay pure (design.md, Doors)."""

import ast
import sys

import pytest

from tests.house.source_tree import Source, sources

HOMES = {
    "slack_bolt": ("bot/slack/",),
    "slack_sdk": ("bot/slack/",),
    "botbuilder": ("bot/teams/",),
    "botframework": ("bot/teams/",),
    "apscheduler": ("bot/schedule.py",),
    "httpx": ("retrieval/",),
    "openai": ("retrieval/llm.py", "retrieval/llm/"),
    "langchain": ("retrieval/index/", "retrieval/llm.py", "retrieval/llm/"),
    "langchain_core": ("retrieval/index/", "retrieval/llm.py", "retrieval/llm/"),
    "chromadb": ("retrieval/index/",),
    "onnxruntime": ("retrieval/index/",),
    "tokenizers": ("retrieval/index/",),
    "sklearn": ("retrieval/index/", "retrieval/classify/", "bot/evaluate/"),
    "scipy": ("retrieval/classify/", "retrieval/index/", "bot/evaluate/"),
    "py3langid": ("retrieval/classify/",),
    "sqlalchemy": ("bot/memory/", "bot/engines/", "bot/jobs.py", "bot/schedule.py"),
    "procrastinate": ("bot/engines/",),
    "psycopg": ("bot/memory/", "bot/engines/"),
    "alembic": ("bot/memory/",),
    "jinja2": ("bot/console/",),
    "typer": ("bot/cli/",),
    "tenacity": ("retrieval/http.py",),
    "aiolimiter": ("retrieval/http.py",),
    "opentelemetry": ("bot/telemetry.py",),
    "prometheus_client": ("bot/http.py", "bot/metrics.py"),
}
IO_MODULES = {
    "asyncio", "socket", "ssl", "http", "urllib.request", "subprocess", "os", "pathlib", "io", "shutil", "tempfile",
    "threading", "multiprocessing", "random", "secrets", "time", "logging", "sqlite3", "sys", "selectors", "signal",
}  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}


def _cases(*houses: str) -> list[object]:
    return [pytest.param(one, id=one.name) for one in sources(*houses)]


def _in_house(module: str, house: str) -> bool:
    return module == house or module.startswith(f"{house}.")


@pytest.mark.parametrize("source", _cases("playbooks"))
def test_playbooks_import_only_themselves_pydantic_and_the_standard_library_without_io(source: Source) -> None:
    for one in source.imports:
        top = one.module.split(".")[0]
        allowed = top in {"playbooks", "pydantic"} or (
            top in sys.stdlib_module_names and one.module not in IO_MODULES and top not in IO_MODULES
        )
        assert allowed, f"{source.name}:{one.line} imports {one.module}; playbooks/ decides, it does not reach out"


@pytest.mark.parametrize("source", _cases("playbooks"))
def test_playbooks_are_plain_def_without_a_clock(source: Source) -> None:
    for node in ast.walk(source.tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{source.name}:{node.lineno} is async"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clock = node.func.attr in CLOCK_CALLS and isinstance(node.func.value, ast.Name)
            assert not (clock and node.func.value.id in {"datetime", "date"}), (  # type: ignore[attr-defined]
                f"{source.name}:{node.lineno} asks the clock; `now` is an argument"
            )


@pytest.mark.parametrize("source", _cases("retrieval"))
def test_retrieval_knows_only_the_domain_of_the_playbooks_and_nothing_of_the_bot(source: Source) -> None:
    for one in source.imports:
        assert not _in_house(one.module, "bot"), f"{source.name}:{one.line} imports {one.module}"
        if _in_house(one.module, "playbooks") and one.module != "playbooks":
            assert _in_house(one.module, "playbooks.domain"), f"{source.name}:{one.line} imports {one.module}"


def _vendor(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["retrieval", "vendors"] and len(parts) > 2 else None


@pytest.mark.parametrize("source", _cases("retrieval"))
def test_vendors_do_not_import_each_other_and_nobody_else_in_retrieval_imports_one(source: Source) -> None:
    own = _vendor(source.module)
    for one in source.imports:
        other = _vendor(one.module)
        assert other is None or other == own, f"{source.name}:{one.line} imports {one.module}"


@pytest.mark.parametrize("source", [one for one in sources("retrieval") if one.path.name.startswith("sandbox")])
def test_a_sandbox_never_imports_the_client_it_stands_in_for(source: Source) -> None:
    for one in source.imports:
        inside = one.module.split(".")[3:4]
        assert _vendor(one.module) is None or not inside or inside[0].startswith("sandbox"), (
            f"{source.name}:{one.line} imports {one.module}: one mistake must not hide in both"
        )
        assert one.module != "retrieval.http", f"{source.name}:{one.line} imports the client's door"


@pytest.mark.parametrize("source", _cases())
def test_surfaces_do_not_import_each_other(source: Source) -> None:
    surfaces = {"slack", "teams", "console"}
    own = source.module.split(".")[1] if source.module.startswith("bot.") else ""
    if own not in surfaces:
        return
    for one in source.imports:
        parts = one.module.split(".")
        assert not (parts[0] == "bot" and len(parts) > 1 and parts[1] in surfaces - {own}), (
            f"{source.name}:{one.line} imports {one.module}"
        )


@pytest.mark.parametrize("source", _cases("bot"))
def test_only_perform_and_wiring_see_a_sink(source: Source) -> None:
    if source.name.startswith(("bot/perform", "bot/wiring")):
        return
    for one in source.imports:
        sink = one.module.endswith((".sink", "Sink")) or one.module.rsplit(".", 1)[-1].endswith("Sink")
        assert not sink, f"{source.name}:{one.line} imports {one.module}; only perform and wiring see a sink"


@pytest.mark.parametrize("source", _cases())
def test_each_third_party_package_has_one_home(source: Source) -> None:
    for one in source.imports:
        home = HOMES.get(one.module.split(".")[0])
        if home is None:
            continue
        assert source.name.startswith(home), f"{source.name}:{one.line} imports {one.module}; its home is {' or '.join(home)}"


@pytest.mark.parametrize("source", _cases())
def test_only_settings_reads_the_environment(source: Source) -> None:
    if source.name == "bot/settings.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            raise AssertionError(f"{source.name}:{node.lineno} reads the environment; bot/settings.py does")


def test_there_is_one_outermost_except_exception() -> None:
    """The engine's workers, the sorter and the surfaces' listeners are the outermost frames; nothing inside swallows all.

    Two doors translate instead: what a customer's source may raise, and a LangChain model whose package is anybody's.
    """
    outermost = (
        "bot/engines/",
        "bot/slack/",
        "bot/teams/",
        "bot/cli/",
        "bot/http.py",
        "bot/memory/",
        "bot/schedule.py",
        "bot/sorting.py",
    )
    allowed = (*outermost, "retrieval/customer360.py", "retrieval/llm/langchain_source.py", "retrieval/sandbox")
    for source in sources():
        for node in ast.walk(source.tree):
            broad = isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name)
            if broad and node.type.id in {"Exception", "BaseException"}:  # type: ignore[attr-defined]
                assert source.name.startswith(allowed) or "/sandbox" in source.name, (
                    f"{source.name}:{getattr(node, 'lineno', 0)}"
                )
