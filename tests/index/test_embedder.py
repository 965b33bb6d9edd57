"""The embedding model is the published one, computed right, and its absence is a state, not a crash."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.index.choosing import chosen_embedder
from retrieval.index.embedder import ModelMissing
from retrieval.index.minilm import MiniLM
from retrieval.index.model_files import ModelFiles, find_model_files, wrong_file

REFERENCE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("reference_vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    files = find_model_files()
    if isinstance(files, ModelMissing):
        pytest.skip(files.why)
    return MiniLM(files, threads=1)


def test_vectors_equal_those_of_an_independent_computation(minilm: MiniLM) -> None:
    found = minilm.embed([one["text"] for one in REFERENCE])
    assert np.abs(found - np.array([one["vector"] for one in REFERENCE])).max() < 2e-6


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        # sbert.net, "Usage", read 2026-11: model.similarity of all-MiniLM-L6-v2.
        ("The weather is lovely today.", "It's so sunny outside!", 0.6660),
        ("The weather is lovely today.", "He drove to the stadium.", 0.1046),
        ("It's so sunny outside!", "He drove to the stadium.", 0.1411),
        # sbert.net, "Semantic Textual Similarity".
        ("The new movie is awesome", "The dog plays in the garden", 0.0543),
        ("The new movie is awesome", "The new movie is so great", 0.8939),
        ("The cat sits outside", "The dog plays in the garden", 0.2838),
        ("A man is playing guitar", "A woman watches TV", -0.0327),
    ],
)
def test_similarities_are_those_the_model_s_authors_publish(minilm: MiniLM, one: str, other: str, published: float) -> None:
    first, second = minilm.embed([one, other])
    assert float(first @ second) == pytest.approx(published, abs=6e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(minilm: MiniLM) -> None:
    texts = ["short", "a somewhat longer text about batteries", "long " * 300]
    together = minilm.embed(texts)
    assert np.abs(together - np.concatenate([minilm.embed([one]) for one in texts])).max() < 1e-5


def test_nothing_and_an_empty_text_are_embedded_too(minilm: MiniLM) -> None:
    assert minilm.embed([]).shape == (0, 384)
    assert minilm.embed([""]).shape == (1, 384)


def test_a_missing_package_is_said_plainly() -> None:
    missing = find_model_files("no_such_model_package")
    assert isinstance(missing, ModelMissing)
    assert "not installed" in missing.why
    assert "make setup" in missing.remedy


def test_a_changed_byte_is_noticed(tmp_path: Path, minilm: MiniLM) -> None:
    files = find_model_files()
    assert isinstance(files, ModelFiles)
    for name in ("tokenizer.json", "vocab.txt"):
        shutil.copy(files.folder / name, tmp_path / name)
    assert wrong_file(tmp_path) == "model.safetensors is missing"
    vocabulary = {"vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"}
    assert wrong_file(tmp_path, vocabulary) is None
    with (tmp_path / "vocab.txt").open("ab") as file:
        file.write(b"x")
    assert wrong_file(tmp_path, vocabulary) == "vocab.txt is not the published file"


def test_a_langchain_class_can_be_chosen_by_its_path() -> None:
    chosen = chosen_embedder("langchain_core.embeddings.DeterministicFakeEmbedding", arguments={"size": 12})
    assert not isinstance(chosen, ModelMissing)
    assert chosen.embed(["a"]).shape == (1, 12)
    assert np.linalg.norm(chosen.embed(["a", "b"]), axis=1) == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ("none", "switched off"),
        ("openai", "no API key"),
        ("no.such.Class", "cannot be imported"),
        ("pathlib.Path", "not a LangChain Embeddings class"),
        ("nonsense", "cannot be imported"),
    ],
)
def test_what_cannot_be_had_says_why(choice: str, why: str) -> None:
    chosen = chosen_embedder(choice)
    assert isinstance(chosen, ModelMissing)
    assert why in chosen.why
