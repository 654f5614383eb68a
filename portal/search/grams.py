"""The pieces by which the index finds candidates: single Chinese characters, pairs of neighbours, and whole words."""

from .folding import FIRST_DENSE

#: Longer words are found by their beginning and compared on the folded text; an index refuses keys of any length.
LONGEST_WORD = 40


def grams_of(folded):
    """All grams of a folded text, each once. A hit on any part of the text has grams that are among these."""
    found = set()
    for run in folded.split():
        if run[0] < FIRST_DENSE:
            found.add(run[:LONGEST_WORD])
        else:
            found.update(run)
            found.update(map("".join, zip(run, run[1:], strict=False)))
    return found


def needed_grams(folded):
    """The fewest grams that a text must have to contain ``folded``: pairs say more than their single characters."""
    return {
        gram
        for run in folded.split()
        for gram in grams_of(run)
        if run[0] < FIRST_DENSE or len(gram) == min(len(run), 2)
    }
