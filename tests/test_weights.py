"""Weights in 8 bits: read as torch reads them, and unpacked from 4."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from index.weights import e4m3_values, read_weights
from training.packed import read_packed, unpack


def test_each_byte_has_torchs_value() -> None:
    codes = torch.arange(256, dtype=torch.uint8)
    expected = codes.view(torch.float8_e4m3fn).to(torch.float16).numpy()
    assert np.array_equal(e4m3_values(), expected, equal_nan=True)


def test_tensors_come_back_by_name_and_shape(tmp_path: Path) -> None:
    matrix = torch.randn(3, 5)
    held = {
        "small": matrix.to(torch.float8_e4m3fn),
        "half": matrix.half(),
        "whole": matrix[0].contiguous(),
    }
    save_file(held, tmp_path / "model.safetensors")
    found = read_weights(tmp_path / "model.safetensors")
    assert set(found) == set(held)
    for name, values in held.items():
        assert np.array_equal(found[name], values.to(torch.float32).numpy())


def test_what_is_no_such_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"not weights")
    with pytest.raises(ValueError, match="no safetensors file"):
        read_weights(tmp_path / "bad")
    save_file({"places": torch.arange(3)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="places holds numbers of the kind I64"):
        read_weights(tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="does not hold packed weights"):
        read_packed(tmp_path / "bad")


def test_four_bit_blocks_are_unpacked_low_halves_first() -> None:
    scale = np.frombuffer(np.float16(0.5).tobytes(), np.uint8)
    block = np.concatenate([scale, np.arange(16, dtype=np.uint8) | 0xF0])
    flat = unpack(block[None])
    assert np.array_equal(flat, [*(np.arange(16) - 8) / 2, *[3.5] * 16])
