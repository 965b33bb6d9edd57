"""Opens an index directory: one owner, sound files, Chroma in step with SQLite; a damaged Chroma is made again from SQLite."""

import secrets
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from retrieval.index.dense import ChromaStore, DenseStore, embedded_chroma, served_chroma, wiped
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import Clock, HybridIndex
from retrieval.index.library import DAMAGED, FOLDER, Library
from retrieval.index.minilm import MiniLM
from retrieval.index.model_files import find_model_files
from retrieval.index.owner import Ownership
from retrieval.index.problems import IndexDamaged
from retrieval.index.schema import check, connect, lay_out
from retrieval.index.shelf import Shelf
from retrieval.index.syncing import Syncing


def utc_now() -> datetime:
    return datetime.now(UTC)


def default_embedder(threads: int = 2) -> Embedder | ModelMissing:
    """all-MiniLM-L6-v2 where its package is installed and intact."""
    files = find_model_files()
    return files if isinstance(files, ModelMissing) else MiniLM(files, threads)


def open_index(
    directory: Path,
    embedder: Embedder | ModelMissing,
    *,
    chroma_url: str | None = None,
    rebuild: bool = False,
    clock: Clock = utc_now,
) -> HybridIndex:
    """An index ready to search what it held. `rebuild` starts it empty where it is damaged or of an older layout.

    *Errors:* IndexInUse where another process owns the directory; IndexDamaged where it cannot be read; StoreUnreachable where
    the Chroma server does not answer. Each says its remedy.
    """
    directory.mkdir(parents=True, exist_ok=True)
    owner = Ownership(directory)
    with ExitStack() as undo:
        undo.callback(owner.release)
        opened = _opened(directory, embedder, chroma_url, rebuild, owner, clock)
        undo.pop_all()
    return opened


def _opened(
    directory: Path, embedder: Embedder | ModelMissing, chroma_url: str | None, rebuild: bool, owner: Ownership, clock: Clock
) -> HybridIndex:
    file = directory / "index.sqlite"
    try:
        library, shelf = _database(file)
    except IndexDamaged:
        if not rebuild:
            raise
        _set_aside(file)
        library, shelf = _database(file)
    dense = None if isinstance(embedder, ModelMissing) else _dense(directory, chroma_url, library, embedder)
    if dense is not None and not isinstance(embedder, ModelMissing):
        Syncing(library, shelf, dense, embedder).tell_dense()
    return HybridIndex(library, shelf, dense, embedder, owner, clock)


def _database(file: Path) -> tuple[Library, Shelf]:
    fresh = not file.exists()
    writer = connect(file)
    if fresh:
        lay_out(writer)
    try:
        check(writer, file)
    except IndexDamaged:
        writer.close()
        raise
    return Library(writer), Shelf(connect(file))


def _dense(directory: Path, chroma_url: str | None, library: Library, embedder: Embedder) -> DenseStore:
    """Chroma's collections, made anew from SQLite where they are damaged, lost or of another embedder."""
    same = library.remembered("embedder") == embedder.name and library.remembered(DAMAGED) != "yes"
    store = served_chroma(chroma_url, f"deskside-{library.identity()}") if chroma_url else None
    if store is None:
        store, same = _embedded(directory, library, keep=same)
    elif not same:
        store.clear()
    if not same or store.count() < library.told_count():
        library.tell_all(embedder.name)
        library.remember(DAMAGED, "no")
    return store


def _embedded(directory: Path, library: Library, *, keep: bool) -> tuple[ChromaStore, bool]:
    """The store, and whether it is the one that was. A new one gets a new folder: Chroma remembers a failed one by its path."""
    folder = library.remembered(FOLDER)
    if keep and folder and (directory / folder).is_dir():
        with suppress(IndexDamaged):
            return embedded_chroma(directory / folder), True
    for old in directory.glob("chroma*"):
        wiped(old)
    folder = f"chroma-{secrets.token_hex(4)}"
    library.remember(FOLDER, folder)
    return embedded_chroma(directory / folder), False


def _set_aside(file: Path) -> None:
    """A damaged database is kept under another name: somebody may want to look at it."""
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.replace(file.with_name(file.name + ".damaged"))
