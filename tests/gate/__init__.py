"""One gate for every door: each address of the URLconf belongs to a door, and each door is tried.

``doors`` names every address by hand, ``world`` makes a record for each life, ``table`` says what is to be expected,
``visits`` walks. A page that tells one word too much is a wrong case.
"""
