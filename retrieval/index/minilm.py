"""all-MiniLM-L6-v2 in 32-bit floats on ONNX Runtime: texts in, unit vectors out. Never downloads, needs no torch."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from retrieval.index.embedder import Vectors, unit
from retrieval.index.minilm_graph import HIDDEN, minilm_graph
from retrieval.index.model_files import ModelFiles

MOST_TOKENS = 256
"""sentence_bert_config.json: what the model was trained with; longer texts are cut."""

TOKENS_A_BATCH = 1024
"""Padded tokens in one run. Of 512, 1024, 2048, 4096 the second was fastest on 2 cores (55 long passages/s) and light."""


class MiniLM:
    """Not bound to a thread: ONNX Runtime sessions may run concurrently."""

    name = "all-MiniLM-L6-v2/fp32"
    dimensions = HIDDEN

    def __init__(self, files: ModelFiles, threads: int = 2) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._session = _session(files, threads)

    def embed(self, texts: Sequence[str]) -> Vectors:
        tokens: list[list[int]] = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), HIDDEN), dtype=np.float32)
        for rows in _batches([len(one) for one in tokens]):
            vectors[rows] = self._mean_of_tokens([tokens[row] for row in rows])
        return unit(vectors)

    def _mean_of_tokens(self, batch: list[list[int]]) -> Vectors:
        widest = max(len(one) for one in batch)
        ids = np.zeros((len(batch), widest), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        states = self._session.run(None, {"ids": ids, "segments": np.zeros_like(ids), "mask": mask})[0]
        weights = mask.astype(np.float32)
        mean: Vectors = np.einsum("btd,bt->bd", states, weights) / weights.sum(axis=1, keepdims=True)
        return mean


def _session(files: ModelFiles, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch ever seen; without it memory is given back
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(files.folder))
    return onnxruntime.InferenceSession(minilm_graph(files.weights), options, providers=["CPUExecutionProvider"])


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Rows of like length together, so that little is padding; each batch within TOKENS_A_BATCH."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > TOKENS_A_BATCH:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
