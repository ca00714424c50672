"""Calibrate a trained reader and write it as a folder.

``python -m training.calibrate --data FOLDER --start EMBEDDER --reader FILE --out FOLDER``

Platt scaling of the passage's logit and a temperature for the sentences' scores, fitted on
the dev side, news included, so that one threshold means the same in every language pair. The
figures of ``evaluation.reader`` follow with ``python -m evaluation reader --data FOLDER OUT``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from evaluation.reader import dev_readings, news_readings
from training import student
from training.calibration import platt, temperature
from training.reader import Reader, Scores
from training.reader_batches import make_batch
from training.reader_folder import Calibration, save_reader
from training.reading import Encoded, encode

BATCH = 16


@torch.inference_mode()
def score(reader: Reader, encoded: Sequence[Encoded]) -> list[Scores]:
    """Score readings in batches of like length; one row each, in the order given."""
    order = sorted(range(len(encoded)), key=lambda place: len(encoded[place].ids))
    found: dict[int, Scores] = {}
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        batch = reader(make_batch([encoded[place] for place in places]))
        for row, place in enumerate(places):
            sentences = batch.sentences[row, : len(encoded[place].spans)]
            found[place] = Scores(batch.alone[row], batch.passage[row], sentences, batch.words[row])
    return [found[place] for place in range(len(encoded))]


def fit(scores: Sequence[Scores], encoded: Sequence[Encoded]) -> Calibration:
    """Fit both scalings of P(answers), and the temperature where a sentence is right."""
    labels = torch.tensor([float(entry.answer >= 0) for entry in encoded])
    passage = platt(torch.stack([one.passage for one in scores]), labels)
    alone = platt(torch.stack([one.alone for one in scores]), labels)
    right = [(s.sentences, e.answer) for s, e in zip(scores, encoded, strict=True) if e.answer >= 0]
    padded = torch.nn.utils.rnn.pad_sequence([s for s, _ in right], True, padding_value=-1e4)
    return Calibration(passage, alone, temperature(padded, torch.tensor([a for _, a in right])))


def main() -> None:
    """Calibrate and save."""
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
    news = news_readings()
    readings = own + [reading for reading in silent if reading.sentences]
    readings += news[:: max(1, len(news) // (2 * arguments.questions))]
    encoded = [encode(reading, tokenizer) for reading in readings]
    calibration = fit(score(reader, encoded), encoded)
    print(calibration)
    save_reader(reader, tokenizer, arguments.out, calibration)


if __name__ == "__main__":
    main()
