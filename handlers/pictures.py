"""Pictures of numbers, as PNG."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Panel:
    """One chart: at the end of each month what was committed and spent by then, and the budget as a line."""

    title: str
    months: Sequence[str]
    committed: Sequence[float]
    spent: Sequence[float]
    budget: Sequence[float]


def months(panels: Sequence[Panel], labels: tuple[str, str, str], number: Any) -> bytes:
    """Panels below each other. `labels`: budget, committed, spent; `number` formats an amount for the axis."""
    # Imported here: it takes more than a second, and most of what Deskhand does needs none of it.
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.ticker import FuncFormatter

    font = FontProperties(fname=_font())
    figure = Figure(figsize=(7.2, 2.9 * len(panels)), dpi=120, layout="constrained")
    for axes, panel in zip(figure.subplots(len(panels), squeeze=False)[:, 0], panels, strict=True):
        at = range(len(panel.months))
        axes.bar(at, panel.spent, color="#2f4f4f", label=labels[2], width=0.62)
        axes.bar(at, panel.committed, bottom=panel.spent, color="#8fb3b3", label=labels[1], width=0.62)
        axes.step(at, panel.budget, where="mid", color="#c0392b", linewidth=1.8, label=labels[0])
        axes.set_title(panel.title, fontproperties=font, fontsize=12, loc="left")
        axes.set_xticks(list(at), panel.months, fontproperties=font, fontsize=9)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        for label in axes.get_yticklabels():
            label.set_fontproperties(font)
            label.set_fontsize(9)
        axes.set_ylim(0, 1.15 * max([1.0, *panel.budget, *map(sum, zip(panel.spent, panel.committed, strict=True))]))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(prop=FontProperties(fname=_font(), size=9), frameon=False, loc="upper right", ncols=3)
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()


@lru_cache(maxsize=1)
def _font() -> str:
    import fontpkg

    return str(fontpkg.path("Noto Sans"))
