"""One gate for every door: each address of the URLconf belongs to a door, and each door is tried.

``doors`` names every address by hand, ``table`` and ``rights`` say what is to be expected, ``world`` makes a record for
each life, ``visits`` walks, ``attempts`` takes steps. A page that tells one word too much is a wrong case.
"""
