"""Pictures of numbers, as PNG."""

import io
from collections.abc import Callable, Sequence
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


def _prepare() -> None:
    # Imported here: it takes more than a second, and most of what Deskhand does needs none of it.
    import matplotlib as mpl

    mpl.use("Agg")
    # A name with $ in it is a name, no formula.
    mpl.rcParams["text.parse_math"] = False


def months(panels: Sequence[Panel], labels: tuple[str, str, str], number: Any) -> bytes:
    """Panels below each other. `labels`: budget, committed, spent; `number` formats an amount for the axis."""
    _prepare()
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


def pairs(
    title: str, rows: Sequence[tuple[str, float, float]], labels: tuple[str, str], number: Callable[[float], str]
) -> bytes:
    """Two bars a row, before and now. `labels` name them; `number` formats an amount beside each bar."""
    _prepare()
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=_font())
    figure = Figure(figsize=(7.2, 1.4 + 0.7 * len(rows)), dpi=120, layout="constrained")
    axes = figure.subplots()
    at = list(range(len(rows)))
    before = axes.barh(
        [one + 0.2 for one in at], [row[1] for row in rows], height=0.36, color="#8fb3b3", label=labels[0]
    )
    now = axes.barh([one - 0.2 for one in at], [row[2] for row in rows], height=0.36, color="#2f4f4f", label=labels[1])
    for bars in (before, now):
        axes.bar_label(bars, [number(bar.get_width()) for bar in bars], padding=3, fontproperties=font, fontsize=9)
    axes.set_yticks(at, [row[0] for row in rows], fontproperties=font, fontsize=10)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max([1.0, *(max(row[1:]) for row in rows)]))
    axes.set_xticks([])
    axes.set_title(title, fontproperties=font, fontsize=11, loc="left")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.legend(prop=FontProperties(fname=_font(), size=9), frameon=False, loc="lower right")
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()


def day(
    title: str, rows: Sequence[tuple[str, Sequence[tuple[float, float]]]], hours: tuple[int, int],
    clock: Callable[[int], str],
) -> bytes:  # fmt: skip
    """One row a room: what is taken of a day. Spans and `hours` are hours; `clock` writes one on the axis."""
    _prepare()
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=_font())
    figure = Figure(figsize=(8.4, 1.3 + 0.42 * len(rows)), dpi=120, layout="constrained")
    axes = figure.subplots()
    first, last = hours
    for at, (_, spans) in enumerate(rows):
        axes.barh(at, last - first, left=first, height=0.62, color="#e3ecec")
        axes.broken_barh(
            [(start, end - start) for start, end in spans if end > start], (at - 0.31, 0.62), color="#2f4f4f"
        )
    axes.set_yticks(list(range(len(rows))), [name for name, _ in rows], fontproperties=font, fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(first, last)
    ticks = list(range(first, last + 1))
    axes.set_xticks(ticks, [clock(hour) for hour in ticks], fontproperties=font, fontsize=8)
    axes.grid(axis="x", color="white", linewidth=0.8)
    axes.set_title(title, fontproperties=font, fontsize=11, loc="left")
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()


@lru_cache(maxsize=1)
def _font() -> str:
    import fontpkg

    return str(fontpkg.path("Noto Sans"))
