"""What a source notes below a table: words that a sign leads to from single figures, and words about all of them."""

import re
import unicodedata
from functools import lru_cache

#: 注：, 注1：, 备注: before the words of a note.
HEAD = re.compile(r"\s*(?:注释|备注|说明|注)\s*(?P<number>[0-9]?)\s*[:：]\s*")
#: What begins a note within words: ① anywhere; *, ¹, a), (1), 1., 1、, [1], 注1 where a text or a sentence begins.
LEADER = re.compile(
    r"(?:(?<=[\s。；;])|^)(?:注[0-9]|[(（\[]?[0-9a-z]{1,2}[)）\]]|[0-9]{1,2}[.、．](?![0-9])|[¹²³⁰⁴-⁹]+[⁾)]?|[*＊†‡※]+)"
    r"|[①-⑳]"
)
#: The longest text that stands at single figures; what is longer is said once, of all.
LONGEST = 500


@lru_cache(maxsize=4096)
def signs_in(mark):
    """The signs of a mark behind a name or a number: ①② → 1, 2; （注1） → 1; ** → **; none in （注）."""
    if re.fullmatch("[①-⑳]+", mark):
        return tuple(unicodedata.normalize("NFKC", sign) for sign in mark)
    sign = re.sub(r"[^0-9a-z*†‡※]", "", unicodedata.normalize("NFKC", mark))
    return (sign,) if sign else ()


class Footnotes:
    """The notes of one table: ``texts`` as they stand below it; ``signs``, those that stand at its figures.

    ``general`` are the words about all figures, in their order: those without a sign, or behind one that stands
    nowhere else.
    """

    def __init__(self, texts, signs):
        self.general, self.by_sign = [], {}
        for text in texts:
            for sign, words in _parts(text, signs):
                if sign and sign not in self.by_sign and len(words) <= LONGEST:
                    self.by_sign[sign] = words
                else:
                    self.general.append(f"{sign} {words}" if sign else words)

    def at(self, signs):
        """What is noted at a figure with ``signs``, a line for each note; "" where there is none."""
        return "\n".join(dict.fromkeys(self.by_sign[sign] for sign in signs if sign in self.by_sign))


def _parts(text, signs):
    """Pairs of a sign and its words: ``text`` divided where one of ``signs`` begins; the sign "" for words of all."""
    head = HEAD.match(text)
    sign, text = (head["number"], text[head.end() :]) if head else ("", text)
    sign, begin, found = sign if sign in signs else "", 0, []
    for leader in LEADER.finditer(text):
        if set(signs_in(leader[0])) & set(signs):
            found.append((sign, text[begin : leader.start()]))
            (sign,), begin = signs_in(leader[0]), leader.end()
    found.append((sign, text[begin:]))
    return [(sign, words) for sign, part in found if (words := part.strip(" \n\t:：、.；;"))]
