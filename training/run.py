"""A distillation run: recipe, loss, optimiser steps and checkpoints."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import BertModel

from training.batches import padded
from training.precision import fast
from training.teacher import mean_pool


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number of the recipe."""

    rate: float = 3e-4
    word_rate: float = 1e-3
    batch: int = 128
    budget: int = 8_192
    passages: int = 24
    warm_up: float = 0.02
    floor: float = 0.02
    contrast: float = 0.1
    scale: float = 20.0
    seed: int = 13


def learning_rate(progress: float, recipe: Recipe) -> float:
    """Return the factor of the learning rates at a progress of 0 to 1."""
    if progress < recipe.warm_up:
        return progress / recipe.warm_up
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return recipe.floor + (1 - recipe.floor) * cosine


def distillation_loss(
    vectors: torch.Tensor, targets: torch.Tensor, recipe: Recipe
) -> tuple[torch.Tensor, torch.Tensor]:
    """Compare unit vectors (batch, width) with their targets; return loss and cosines."""
    distance = (vectors - targets).square().sum(1)
    scores = vectors @ targets.T * recipe.scale
    contrast = cross_entropy(scores, torch.arange(len(scores)))
    return distance.mean() + recipe.contrast * contrast, 1 - distance.detach() / 2


class Run:
    """The state of a training run: all that a checkpoint holds."""

    def __init__(self, model: BertModel, recipe: Recipe, pairs: int) -> None:
        self.model, self.recipe = model, recipe
        words = [model.embeddings.word_embeddings.weight]
        rest = [p for p in model.parameters() if p is not words[0]]
        groups = [
            {
                "params": words,
                "lr": recipe.word_rate,
                "peak": recipe.word_rate,
                "weight_decay": 0.0,
            },
            {"params": rest, "lr": recipe.rate, "peak": recipe.rate, "weight_decay": 0.01},
        ]
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
        self.step, self.seconds = 0, 0.0
        self.epoch = self.batches = 0
        self.agreement = np.full(pairs, np.nan, dtype=np.float32)

    def save(self, file: Path) -> None:
        """Write a checkpoint; the last good one survives an interruption."""
        state = {key: value for key, value in vars(self).items() if key != "recipe"}
        state["model"], state["optimizer"] = self.model.state_dict(), self.optimizer.state_dict()
        torch.save(state, file.with_suffix(".part"))
        file.with_suffix(".part").rename(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(file, weights_only=False)
        self.model.load_state_dict(state.pop("model"))
        self.optimizer.load_state_dict(state.pop("optimizer"))
        vars(self).update(state)

    def encode(self, rows: list[NDArray[np.int32]]) -> torch.Tensor:
        """Return unit vectors (rows, width)."""
        ids, mask = padded(rows)
        with fast():
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return mean_pool(states, mask)

    def descend(self, loss: torch.Tensor, progress: float) -> None:
        """Take one step down the loss, at a progress of 0 to 1 through the budget."""
        factor = learning_rate(progress, self.recipe)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1

    def train_on(
        self, rows: list[NDArray[np.int32]], targets: torch.Tensor, progress: float
    ) -> torch.Tensor:
        """Distil one batch; return the cosine of each row with its target (batch,)."""
        loss, cosines = distillation_loss(self.encode(rows), targets, self.recipe)
        self.descend(loss, progress)
        return cosines
