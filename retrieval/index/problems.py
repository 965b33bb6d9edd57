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


class IndexInUse(IndexProblem):
    """Another process owns the directory; a second writer would corrupt it (design.md, Engine)."""

    def __init__(self, place: str, owner: str) -> None:
        super().__init__(
            f"the index at {place} is in use by {owner}",
            "Stop that process, give this one a folder of its own (--data, or DESKSIDE_DATA_DIR), or run `chroma run` and set"
            " DESKSIDE_CHROMA_URL.",
        )
