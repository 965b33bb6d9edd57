"""What can be wrong with an index directory, each with its remedy in words."""


class IndexProblem(Exception):
    """`remedy` is fit to show to a person."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}. {remedy}")
        self.remedy = remedy


class IndexDamaged(IndexProblem):
    """The files are not a sound index of this program."""

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(f"the index at {place} is damaged ({detail})", "Let it be rebuilt: run `deskside sync --rebuild`.")


class IndexUnwritable(IndexProblem):
    """The disk does not take it: full, read-only, gone."""

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(
            f"the index at {place} cannot be written ({detail})",
            "Free disk space, or let this user write there; what it held before is still found.",
        )


class IndexInUse(IndexProblem):
    """Another process owns the directory; a second writer would corrupt it (design.md, Engine)."""

    def __init__(self, place: str, owner: str) -> None:
        super().__init__(
            f"the index at {place} is in use by {owner}",
            "Stop that process, give this one a folder of its own (DESKSIDE_DATA_DIR), or run `chroma run` and set"
            " DESKSIDE_CHROMA_URL.",
        )


class StoreUnreachable(IndexProblem):
    """The Chroma server that is set does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"the Chroma server at {url} does not answer",
            "Start it (`chroma run --path FOLDER`), correct the index's chroma_url, or leave that empty to embed Chroma.",
        )


class VectorsChanged(IndexProblem):
    """The embedder gives vectors of another length under the same name."""

    def __init__(self, name: str, held: int, given: int) -> None:
        super().__init__(
            f"the embedder {name} gives vectors of {given} numbers, the index holds vectors of {held}",
            "Set the model that made the index, or stop the service and make it anew: `deskside sync --rebuild`.",
        )
