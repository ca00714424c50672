"""Platt scaling: turn a logit into a probability that means what it says.

Platt 1999, "Probabilistic Outputs for Support Vector Machines".
"""

import torch


def platt(logits: torch.Tensor, labels: torch.Tensor) -> tuple[float, float]:
    """Fit P = sigmoid(slope * logit + shift) to labels 0 or 1; return slope and shift."""
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=100, line_search_fn="strong_wolfe")
    x, y = logits.double(), labels.double()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scaled = parameters[0] * x + parameters[1]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scaled, y)
        torch.autograd.backward(loss)
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    slope, shift = parameters.tolist()
    return slope, shift


def temperature(scores: torch.Tensor, right: torch.Tensor) -> float:
    """Fit the factor of scores (rows, choices) under which softmax is best calibrated."""
    factor = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([factor], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scores.double() * factor, right)
        torch.autograd.backward(loss)
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return float(factor)
