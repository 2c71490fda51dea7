"""The model card: the reader's description, its training data, its figures and its limits."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template

from training.choose import Chosen
from training.data import SHARES
from training.finish import Finished

__all__ = ["write_card"]

_TEMPLATE = Path(__file__).with_name("card.md")


def write_card(finished: Finished) -> Path:
    """Write the filled template beside the reader; every figure in it is of this model."""
    figures = "\n".join(f"| {name} | {value:.3f} |" for name, value in finished.figures.items())
    start = finished.plan.start or "those of the encoder"
    averaged = finished.averaged
    plan = ", ".join(f"{name} {value:g}" for name, value in asdict(finished.plan).items() if name != "start")
    shares = ", ".join(f"{share:.0%} {kind}" for kind, share in SHARES.items())
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        figures=figures,
        plan=plan,
        start=start,
        averaged=f"What ships is the mean of these weights and those of {', '.join(averaged)}." if averaged else "",
        made=finished.made,
        shares=shares,
        step=finished.step,
        caution=finished.chosen.caution,
        limit=f"{finished.chosen.limit:.3f}",
        nearness=f"{finished.chosen.nearness.weight:.2f}",
        centre=f"{finished.chosen.nearness.centre:.3f}",
        rank=f"{finished.chosen.nearness.rank:.2f}",
        uncertain=f"{finished.chosen.uncertain:g}",
        questions=", ".join(f"{name} {own[0]}" for name, own in finished.chosen.measured["questions"].items()),
        cautions=_cautions(finished.chosen),
        bins=_bins(finished.chosen),
        ablation=finished.ablation,
    )
    file = finished.place / "README.md"
    file.write_text(text, encoding="utf-8")
    return file


def _cautions(chosen: Chosen) -> str:
    return "\n".join(
        f"| {caution} | {limit:.3f} | " + " | ".join(f"{value:.3f}" for value in own.values()) + " |"
        for caution, limit in chosen.limits.items()
        for own in [chosen.measured["shares"][str(caution)]]
    )


def _bins(chosen: Chosen) -> str:
    return "\n".join(f"| {one['from']:.2f} | {one['right']} of {one['of']} |" for one in chosen.measured["bins"])
