"""Where the tiles of schematic maps stand: an arrangement of our own, by codes of GB/T 2260.

No borders, no areas, no coordinates: a tile says no more than about where a region lies among its neighbours. A line is
a row, a code without the zeros at its end is a tile, a dot is an empty place. What is part of a region and has no tile
here stands in rows below, in the order of its code (``TileMap.maps``).
"""

CHINA = """
.   .   .   .   .   .   .   23
.   .   .   .   15  11  .   22
65  .   62  64  14  13  12  21
.   63  .   61  41  37  32  .
54  .   51  50  42  34  31  .
.   .   53  52  43  36  33  .
.   .   .   45  44  35  71  .
.   .   .   46  82  81  .   .
"""

SICHUAN = """
.     5132  5107  5108  5119  5117
5133  .     5106  5109  5113  5116
.     5118  5101  5120  5110  .
.     .     5114  5103  5105  .
.     5134  5111  5115  .     .
.     5104  .     .     .     .
"""

CHONGQING = """
.       .       .       .       .       500229  500238  .
.       .       .       500154  500235  500236  500237  .
.       .       500155  500101  .       .       .       .
500152  500117  500115  500231  500233  500240  .       .
500151  500109  500157  500230  500102  .       .       .
500111  500120  500106  500103  500156  500114  .       .
500153  500107  500104  500108  500243  500242  .       .
500118  500116  500113  500119  .       500241  .       .
.       .       500110  .       .       .       .       .
"""

#: The arrangement of the parts of a region, by its code.
ARRANGEMENTS = {"100000": CHINA, "500000": CHONGQING, "510000": SICHUAN}


def places(code):
    """The places of the parts of the region ``code``: code → (row, column), from 1; empty where none is arranged."""
    lines = ARRANGEMENTS.get(code, "").split("\n")
    rows = [line.split() for line in lines if line.strip()]
    return {
        part.ljust(6, "0"): (row, column)
        for row, parts in enumerate(rows, start=1)
        for column, part in enumerate(parts, start=1)
        if part != "."
    }
