"""The arithmetic that this machine multiplies matrices fastest in.

Cores with AMX are several times as fast in bfloat16 as in single precision; those with AVX-512
alone are half as fast, since what they have for it (``vdpbf16ps``) saves no time and the casts
cost some. So it is measured, once.
"""

import time
from functools import cache

import torch

SHAPE = (4_096, 384, 1_536)
"""Tokens, width and inner width of a step of training."""

TRIES = 5


def _seconds(dtype: torch.dtype) -> float:
    """Return the shortest of a few times that a layer's matrix product takes, after a first one."""
    tokens, width, inner = SHAPE
    states, weights = torch.ones(tokens, width, dtype=dtype), torch.ones(inner, width, dtype=dtype)
    times = []
    for _ in range(TRIES + 1):
        start = time.perf_counter()
        torch.nn.functional.linear(states, weights)
        times.append(time.perf_counter() - start)
    return min(times[1:])


@cache
def half_is_faster() -> bool:
    """Return whether bfloat16 is faster here than single precision."""
    return _seconds(torch.bfloat16) < _seconds(torch.float32)


def fast() -> torch.autocast:
    """Return a context in which models compute in bfloat16 where that is faster."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=half_is_faster())
