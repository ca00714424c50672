"""Calibrate a trained reader and write it as a folder.

``python -m training.calibrate --data FOLDER --start EMBEDDER --reader FILE --out FOLDER``

Platt scaling of the answer logit and a temperature for the sentence scores, fitted on
the dev side and folded into the two heads, so that one threshold means the same in
every language pair. The figures of ``evaluation.reader`` follow.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from evaluation.reader import THRESHOLD, dev_readings, judge, report
from training import student
from training.calibration import platt, temperature
from training.reader import OUTSIDE, Reader
from training.reader_folder import save_reader


def scale(layer: torch.nn.Linear, slope: float, shift: float) -> None:
    """Fold ``slope * x + shift`` into a layer's output."""
    with torch.no_grad():
        layer.weight.mul_(slope)
        layer.bias.mul_(slope).add_(shift)


def main() -> None:
    """Calibrate, report and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=300, help="at most so many of each kind")
    arguments = parser.parse_args()
    bert, tokenizer = student.load(arguments.start)
    reader = Reader(bert).eval()
    reader.load_state_dict(torch.load(arguments.reader, weights_only=True))
    own, silent = dev_readings(arguments.data, arguments.questions)
    judged, others = judge(reader, tokenizer, own), judge(reader, tokenizer, silent)

    there = np.array([bool(reading.sentences) for reading in silent])
    answers = torch.logit(torch.from_numpy(np.concatenate([judged.answers, others.answers[there]])))
    labels = [float(reading.answer >= 0) for reading in own] + [0.0] * int(there.sum())
    slope, shift = platt(answers, torch.tensor(labels))
    right = torch.tensor([reading.answer for reading in own])
    cut = torch.tensor([len(scores) for scores in judged.sentences])
    rows = ((right >= 0) & (right < cut)).nonzero().flatten()
    padded = torch.full((len(rows), int(cut.max())), OUTSIDE)
    for place, row in enumerate(rows.tolist()):
        padded[place, : cut[row]] = torch.from_numpy(judged.sentences[row])
    factor = temperature(padded, right[rows])
    print(f"answer logit x {slope:.3f} {shift:+.3f}, sentence scores x {factor:.3f}\n")

    for one in (judged, others):
        logits = torch.logit(torch.from_numpy(one.answers)) * slope + shift
        one.answers[:] = torch.sigmoid(logits).numpy()
    report(judged, others, own, silent, THRESHOLD)
    scale(reader.answers, slope, shift)
    scale(reader.sentence, factor, 0.0)
    save_reader(reader, tokenizer, arguments.out)


if __name__ == "__main__":
    main()
