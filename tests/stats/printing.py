"""Figures printed as tables of every layout: {(region, indicator with its unit, period): text} becomes rows of cells.

Each layout also tells where it has put a figure: (row, column), from 0.
"""


class Printed:
    """``rows`` of cells, and the ``places`` of the figures in them."""

    def __init__(self, *titles):
        self.rows, self.places = [list(title) for title in titles], {}

    def line(self, labels, figures):
        """A line of labels with figures behind them: [(key, text)]."""
        row = [*labels]
        for key, text in figures:
            self.places[key] = (len(self.rows), len(row))
            row.append(text)
        self.rows.append(row)


def _axes(figures):
    return [list(dict.fromkeys(key[place] for key in figures)) for place in range(3)]


def region_by_period(figures):
    """One indicator, named in a title; so many tables one under the other as there are indicators."""
    regions, indicators, periods = _axes(figures)
    out = Printed()
    for indicator in indicators:
        out.rows += [[f"指标：{indicator}"], ["地区", *periods]]
        for region in regions:
            keys = [(region, indicator, period) for period in periods]
            out.line([region], [(key, figures[key]) for key in keys])
        out.rows += [["注：年末数。"], []]
    return out


def indicator_by_period(figures):
    """One region, named in a title; tables side by side."""
    regions, indicators, periods = _axes(figures)
    out = Printed([], [])
    for region in regions:
        out.rows[0] += [f"地区：{region}", *[""] * (len(periods) + 1)]
        out.rows[1] += ["指标", *periods, ""]
    for indicator in indicators:
        row = []
        for region in regions:
            row.append(indicator)
            for period in periods:
                out.places[region, indicator, period] = (len(out.rows), len(row))
                row.append(figures[region, indicator, period])
            row.append("")
        out.rows.append(row)
    return out


def region_by_indicator(figures):
    """One period, named in the caption; tables one under the other."""
    regions, indicators, periods = _axes(figures)
    out = Printed()
    for period in periods:
        out.rows += [[f"{period}各市主要指标"], ["地区", *indicators]]
        for region in regions:
            out.line([region], [((region, one, period), figures[region, one, period]) for one in indicators])
        out.rows.append([])
    return out


def period_by_region(figures):
    regions, indicators, periods = _axes(figures)
    out = Printed()
    for indicator in indicators:
        out.rows += [[f"指标：{indicator}"], ["年份", *regions]]
        for period in periods:
            out.line([period], [((one, indicator, period), figures[one, indicator, period]) for one in regions])
        out.rows.append([])
    return out


def indicator_over_period(figures):
    regions, indicators, periods = _axes(figures)
    blank = [""] * (len(periods) - 1)
    first = [cell for indicator in indicators for cell in (indicator, *blank)]
    out = Printed(["地区", *first], ["", *periods * len(indicators)])
    for region in regions:
        keys = [(region, indicator, period) for indicator in indicators for period in periods]
        out.line([region], [(key, figures[key]) for key in keys])
    return out


def period_over_indicator_over_unit(figures):
    regions, indicators, periods = _axes(figures)
    names, units = zip(*(one.rstrip(")").split("(") for one in indicators), strict=True)
    first = [cell for period in periods for cell in (period, *[""] * (len(names) - 1))]
    out = Printed(["", *first], ["地区", *names * len(periods)], ["", *units * len(periods)])
    for region in regions:
        keys = [(region, indicator, period) for period in periods for indicator in indicators]
        out.line([region], [(key, figures[key]) for key in keys])
    return out


def region_over_indicator(figures):
    regions, indicators, periods = _axes(figures)
    first = [cell for region in regions for cell in (region, *[""] * (len(indicators) - 1))]
    out = Printed(["年份", *first], ["", *indicators * len(regions)])
    for period in periods:
        keys = [(region, indicator, period) for region in regions for indicator in indicators]
        out.line([period], [(key, figures[key]) for key in keys])
    return out


def region_once_for_its_indicators(figures):
    regions, indicators, periods = _axes(figures)
    out = Printed(["地区", "指标", *periods])
    for region in regions:
        for place, indicator in enumerate(indicators):
            keys = [(region, indicator, period) for period in periods]
            out.line(["" if place else region, indicator], [(key, figures[key]) for key in keys])
    return out


def one_line_for_each(figures):
    out = Printed(["地区", "年份", "指标", "数值"])
    for key, text in figures.items():
        region, indicator, period = key
        out.line([region, period, indicator], [(key, text)])
    return out


LAYOUTS = [
    region_by_period, indicator_by_period, region_by_indicator, period_by_region, indicator_over_period,
    period_over_indicator_over_unit, region_over_indicator, region_once_for_its_indicators, one_line_for_each,
]  # fmt: skip
