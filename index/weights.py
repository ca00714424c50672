"""Weights of a safetensors file as numpy arrays, 8-bit floating point included."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KINDS = {"F16": np.float16, "F32": np.float32}
E4M3 = "F8_E4M3"


def e4m3_values() -> NDArray[np.float16]:
    """Return the value of each of the 256 bytes of the format E4M3.

    A sign, four bits of exponent (bias 7), three of mantissa; no infinities, and both bytes whose
    other bits are all set are not a number (Micikevicius et al. 2022, arXiv:2209.05433).
    """
    codes = np.arange(256)
    sign, exponent, mantissa = np.where(codes & 128, -1.0, 1.0), codes >> 3 & 15, codes & 7
    powers = 2.0 ** (np.maximum(exponent, 1) - 7)
    values = sign * powers * ((exponent > 0) + mantissa / 8)
    values[[127, 255]] = np.nan
    return np.asarray(values, dtype=np.float16)


def read_weights(path: Path) -> dict[str, NDArray[np.floating]]:
    """Return the tensors of a file by name; 8-bit ones become half-precision, which holds them.

    Raises `OSError` if the file cannot be read, `ValueError` if it holds other kinds of numbers.
    """
    from safetensors import SafetensorError, deserialize

    try:
        entries = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ValueError(f"{path} is no safetensors file: {error}") from None
    values = e4m3_values()
    weights: dict[str, NDArray[np.floating]] = {}
    for name, entry in entries:
        kind, shape, data = entry["dtype"], entry["shape"], entry["data"]
        if kind == E4M3:
            weights[name] = values[np.frombuffer(data, np.uint8)].reshape(shape)
        elif kind in KINDS:
            weights[name] = np.frombuffer(data, KINDS[kind]).reshape(shape)
        else:
            raise ValueError(f"{path}: {name} holds numbers of the kind {kind}")
    return weights
