"""Writes a LoRA adapter of rank 2 for one projection of Qwen2.5-Coder-1.5B, as a GGUF file."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WIDTH = 1536
_STRING, _FLOAT32, _TENSOR_FLOAT32 = 8, 6, 0


def write(path: Path, *, strength: float) -> Path:
    random = np.random.default_rng(0)
    tensors = {
        "blk.3.attn_q.weight.lora_a": random.normal(size=(2, _WIDTH)),
        "blk.3.attn_q.weight.lora_b": random.normal(size=(_WIDTH, 2)) * strength,
    }
    path.write_bytes(_gguf(tensors))
    return path


def _gguf(tensors: dict[str, NDArray[np.float64]]) -> bytes:
    texts = {"general.architecture": "qwen2", "general.type": "adapter", "adapter.type": "lora"}
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(texts) + 1)
    for key, value in texts.items():
        header += _text(key) + struct.pack("<I", _STRING) + _text(value)
    header += _text("adapter.lora.alpha") + struct.pack("<If", _FLOAT32, 1.0)
    data = b""
    for name, tensor in tensors.items():
        shape = struct.pack("<IQQ", 2, *reversed(tensor.shape))
        header += _text(name) + shape + struct.pack("<IQ", _TENSOR_FLOAT32, len(data))
        data += _padded(tensor.astype("<f4").tobytes())
    return _padded(header) + data


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 32)
