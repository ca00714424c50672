"""The curve of refusal against false refusal, as SVG and PNG; matplotlib is for development."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.refusal import Confidences

COLOURS = ("#1b4f8f", "#b3541e", "#4d7a3a")
NAMES = {"all": "all questions", "en": "in English", "fr": "in French"}
TICKS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Thresholds written beside the curve of all questions."""


def draw(found: Sequence["Confidences"], shipped: float, folder: Path) -> list[Path]:
    """Draw the curves into `folder`, made if need be; return the files, SVG first."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=":", label="by chance")
    for place, one in enumerate(found):
        points = one.curve()
        axes.step(
            [p.false_refusals for p in points],
            [p.refusals for p in points],
            where="post",
            color=COLOURS[place % len(COLOURS)],
            linewidth=2.0 if place == 0 else 1.0,
            label=f"{NAMES.get(one.name, one.name)}: AUROC {one.auroc:.3f}",
        )
    for threshold in TICKS:
        point = found[0].at(threshold)
        at = (point.false_refusals, point.refusals)
        axes.plot(*at, marker=".", color=COLOURS[0])
        axes.annotate(f"{threshold:g}", at, xytext=(5, -10), textcoords="offset points", fontsize=8)
    point = found[0].at(shipped)
    axes.plot(
        point.false_refusals,
        point.refusals,
        marker="o",
        markersize=9,
        linestyle="none",
        color="#b00020",
        label=f"shipped threshold {shipped:.3g}",
    )
    axes.set(
        xlim=(-0.01, 1.01),
        ylim=(-0.01, 1.01),
        xlabel="answerable questions refused",
        ylabel="unanswerable questions refused",
        title="What a threshold on the confidence refuses",
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "refusal.svg", folder / "refusal.png"]
    # The same figures give the same file, byte for byte.
    with matplotlib.rc_context({"svg.hashsalt": "refusal"}):
        figure.savefig(files[0], metadata={"Date": None})
    figure.savefig(files[1], dpi=150)
    return files
