"""Where the tables of a sheet lie: a part of it between empty columns, with its merged cells filled."""

from portal.vocabulary.grids import text_of


class Grid:
    """The columns from ``left`` to before ``right`` of a sheet, as tables are looked for in them."""

    def __init__(self, sheet, left=0, right=None):
        self.sheet, self.left = sheet, left
        self.right = max(map(len, sheet.rows), default=0) if right is None else right
        self.is_whole = not left and right is None
        self.merged, self.wide = [], {}
        for top, first, bottom, last in sheet.merged:
            if left <= first < self.right and top < len(sheet.rows):
                area = (top, first, min(bottom, len(sheet.rows) - 1), min(last, self.right - 1))
                self.merged.append(area)
                self.wide.setdefault(top, {})[first] = area[3]

    def __len__(self):
        return len(self.sheet.rows)

    def filled(self, index):
        """The cells of a line that hold something: {column: text}, columns counted from 0 as in the sheet."""
        row = self.sheet.rows[index]
        if self.is_whole:
            return {at: text_of(cell) for at, cell in enumerate(row) if cell != ""}
        part = enumerate(row[self.left : self.right], start=self.left)
        return {at: text_of(cell) for at, cell in part if cell != ""}

    def across(self, index):
        """The merged ranges that begin in a line and are wider than a column: {first column: last column}."""
        return {first: last for first, last in self.wide.get(index, {}).items() if last > first}

    def above(self):
        """The cell that each cell of a range merged downwards belongs to: {(row, column): (row, column)}."""
        if sum(bottom - top for top, _first, bottom, _last in self.merged) > len(self) * (self.right - self.left):
            return {}  # ranges that lie on one another: none of them is meant
        rows = self.sheet.rows
        return {
            (row, first): (top, first)
            for top, first, bottom, _last in self.merged
            if top < len(rows) and first < len(rows[top])
            for row in range(top + 1, bottom + 1)
        }


def strips(grid, top=0, bottom=None):
    """The parts of ``grid`` that empty columns divide; captions and notes (lines of one cell) divide nothing."""
    used = set()
    for index in range(top, len(grid) if bottom is None else bottom):
        cells = grid.filled(index)
        if len(cells) > 1:
            used |= cells.keys()
            if len(used) == grid.right - grid.left:
                return [grid]
    edges, strip = [], []
    for at in range(grid.left, grid.right + 1):
        if at in used:
            strip.append(at)
        elif strip:
            edges.append((strip[0], strip[-1] + 1))
            strip = []
    if len(edges) < 2:
        return [grid]
    return [Grid(grid.sheet, left, right) for left, right in edges]
