"""What is to be expected, written by hand. Nothing here is read from the code that it is held against.

A row of a grid has a cell for each of PEOPLE, in this order; spaces are for the eye.
"""

PEOPLE = [
    # Who reads: nobody in particular, a reader with a login, a guest whose link is over, a guest with a link to another
    # record of this kind, the guest with a link to this one.
    "nobody", "reader", "late", "stranger", "guest",
    # Who works here: the five roles, an editor who is let into the closed column, and a superuser.
    "editor", "reviewer", "publisher", "statistician", "administrator", "insider", "chief",
]  # fmt: skip


#: Those to whom a page looks alike once it is open to them.
AUDIENCES = dict.fromkeys(PEOPLE[:4], "outside") | {"guest": "guest"} | dict.fromkeys(PEOPLE[5:10], "desk")
AUDIENCES |= dict.fromkeys(PEOPLE[10:], "inside")

#: What lists, search, feeds, files of lists and the pages that gather tell, to whomever.
LISTED = {"published", "edited", "moved"}

#: The page of a record: + its words, g 410 without them, - neither page nor words.
READING = {
    #                    nrlsg erpsa  ic
    **dict.fromkeys(
        ["draft", "in review", "approved", "scheduled", "expired", "copy"],
        {"open": "----+ +++++  ++", "closed": "----+ -----  ++", "free": "----+ +++++  ++"},
    ),
    **dict.fromkeys(
        ["published", "outdated", "edited", "moved"],
        {"open": "+++++ +++++  ++", "closed": "+++++ +++++  ++", "free": "+++++ +++++  ++"},
    ),
    "gone": {"open": "ggggg ggggg  gg", "closed": "ggggg ggggg  gg"},
    # A version that moves is its columns' both.
    "copy in": {"closed": "----+ -----  ++"},
    "copy out": {"open": "----+ -----  ++"},
    **dict.fromkeys(["trashed", "trashed public"], {"open": "----- -----  --", "closed": "----- -----  --"}),
}

#: The file of a record: as its content, but for what was shown once. Whoever takes that back takes it back from those
#: who were shown it beforehand, too; it stays the desk's, as what the recycle bin holds.
FILES = READING | dict.fromkeys(
    #                    nrlsg erpsa  ic
    ["gone", "trashed", "trashed public"],
    {"open": "----- +++++  ++", "closed": "----- -----  ++"},
)


#: What a page that everybody sees alike tells: address → kinds and the mark that it must tell of each listed record of
#: them; of the closed column alone where it is that column's. The rest of a listed record it may tell; of any other
#: record nothing.
PUBLIC = {
    "/": {},
    "/articles/": {"article": "word"},
    "/columns/open/": {"article in open": "word"},
    "/columns/closed/": {"article in closed": "word"},
    "/stats/": {"indicator": "word", "release": "figure"},
    "/agreements/": {"agreement": "word"},
    "/calendar/": {"indicator": "word"},
    "/regions/": {"article": "name", "agreement": "name", "release": "name"},
    "/regions/500000/": {"article": "word", "agreement": "word", "indicator": "figure"},
    "/topics/": {},
    "/topics/industry/": {"article": "word", "agreement": "word", "indicator": "word"},
    "/organizations/": {"article": "name", "agreement": "name", "release": "name"},
    "/organizations/{organization}/": {"article": "word", "agreement": "word"},
    "/feeds/": {},
    "/search/?q=公务": {},
    "/search/?q=公务&kind=article": {"article": "word"},
    # What cites or names others.
    "/articles/{teller}/": {"agreement": "word", "indicator": "figure", "release": "figure"},
    "/agreements/{hub}/": {"agreement": "word"},
    "/stats/public/": {"release": "figure"},
    "/calendar/{announcement}/": {"indicator": "word"},
    # Files and feeds.
    "/articles/?format=csv": {"article": "word"},
    "/articles/?format=xlsx": {"article": "word"},
    "/articles/?format=json": {"article": "word"},
    "/articles/?format=atom": {"article": "word"},
    "/columns/closed/?format=atom": {"article in closed": "word"},
    "/sdmx/data/FIGURES?format=csv": {"indicator": "figure", "release": "figure"},
    "/sdmx/data/FIGURES?includeHistory=true": {"indicator": "figure", "release": "figure"},
    "/sdmx/codelist/SC/CL_INDICATOR": {"indicator": "word"},
    "/sdmx/availableconstraint/FIGURES": {},
    "/stats/?format=csv": {"indicator": "figure", "release": "figure"},
    "/stats/?format=xlsx": {"indicator": "figure", "release": "figure"},
    "/stats/?format=json": {"indicator": "figure", "release": "figure"},
    "/stats/compare/": {"indicator": "word"},
    "/stats/compare/?indicator=public": {"indicator": "word"},
    "/stats/compare/?indicator=public&format=csv": {},
    "/stats/?format=jsonstat": {"indicator": "figure", "release": "figure"},
    "/stats/?format=atom": {"indicator": "figure", "release": "figure"},
    "/stats/?as_of=9999-12-31": {"indicator": "word", "release": "figure"},
    "/stats/?as_of=9999-12-31&format=csv": {"indicator": "figure", "release": "figure"},
    "/stats/public/?format=csv": {},
    "/stats/public/?format=xlsx": {},
    "/stats/public/?format=json": {},
    "/stats/public/?format=jsonstat": {},
    "/stats/public/?format=atom": {"release": "figure"},
    "/agreements/?format=csv": {"agreement": "word"},
    "/agreements/?format=xlsx": {"agreement": "word"},
    "/agreements/?format=json": {"agreement": "word"},
    "/agreements/?format=atom": {"agreement": "word"},
    "/calendar/?format=csv": {"indicator": "word"},
    "/calendar/?format=json": {"indicator": "word"},
    "/calendar/?format=atom": {},
    "/calendar/?format=ics": {},
    "/search/?q=公务&format=csv": {"article": "word", "agreement": "word", "indicator": "word"},
    "/search/?q=公务&format=json": {"article": "word", "agreement": "word", "indicator": "word"},
    "/search/?q=公务&format=atom": {},
}  # fmt: skip

#: What tells of no record; only a preview names the one of its guest.
NO_RECORD = [
    "/sdmx/", "/feedback/", "/robots.txt", "/healthz/", "/preview/", "/admin/login/", "/admin/password_reset/",
    "/admin/password_reset/done/", "/admin/reset/MQ/set-password/", "/admin/reset/done/", "/admin/second-factor/code/",
    "/admin/second-factor/enrol/",
]  # fmt: skip

#: Of what was withdrawn some pages tell that it was, too: address → life → what they may tell of it.
WITHDRAWN = {
    "/calendar/": {"outdated": {"word", "key"}},
    # Whose figures they were.
    "/stats/public/": {"outdated": {"word", "key", "name"}, "gone": {"name"}},
}
#: The figures of a release at their series, asked for as its page leads there: as its page; of what was withdrawn 410.
FIGURES_WITHDRAWN = {"outdated", "gone"}

#: Of which records a correction tells: those whose content readers may still read.
CORRECTED = {"published", "edited", "outdated"}
#: Lists of the ledger.
LEDGER = ["/corrections/", "/corrections/?page=2", "/corrections/?page=3", "/corrections/?format=json"]
LEDGER += ["/corrections/?format=csv", "/corrections/?format=atom"]

#: The sitemap, whole and by section.
SITEMAPS = ["/sitemap.xml", *(f"/sitemap-{name}.xml" for name in ["articles", "pages", "agreements", "indicators"])]
#: Kinds whose records it names; a release is reached from its figures.
MAPPED = {"article", "page", "agreement", "indicator"}
SITEMAPS += [f"/sitemap-{name}.xml" for name in ["lists", "columns", "series", "regions", "topics", "organizations"]]

# The desk ------------------------------------------------------------------------------------------------------------

#: The people who work here.
STAFF = PEOPLE[5:]
#: Who finds a record at the desk: in its list, its form, its history, and is led to its page; whatever its life, its
#: column decides.
DESK = {
    #                    nrlsg erpsa  ic
    **dict.fromkeys(READING, {"open": "----- +++++  ++", "closed": "----- -----  ++", "free": "----- +++++  ++"}),
    "copy out": {"open": "----- -----  ++"},
    **dict.fromkeys(["trashed", "trashed public"], {"open": "----- -----  --", "closed": "----- -----  --"}),
}
#: Who is shown in the recycle bin what they may delete.
BIN = dict.fromkeys(["trashed", "trashed public"], {"open": "----- +++++  ++", "closed": "----- -----  ++"})
#: What readers read is no secret at the desk, whatever its column.
READ_BY_ALL = {"published", "outdated", "edited", "moved"}

#: Lists of the desk that tell of records: address → kinds, and the mark that they must tell of what is seen there.
DESK_LISTS = {
    "/admin/": {},
    "/admin/articles/article/": {"article": "word"},
    "/admin/pages/page/": {"page": "word"},
    "/admin/agreements/agreement/": {"agreement": "word"},
    "/admin/stats/indicator/": {"indicator": "word"},
    "/admin/stats/release/": {"release": "word"},
    "/admin/articles/article/?q=公务": {"original article": "word"},
    "/admin/agreements/agreement/?q=公务": {"original agreement": "word"},
    "/admin/stats/series/": {"original indicator": "word"},
    "/admin/stats/observation/": {"original indicator": "figure", "original release": "figure"},
    "/admin/stats/figureimport/": {},
    "/admin/stats/announcement/": {},
    "/admin/stats/rule/": {"original indicator": "word"},
    "/admin/stats/finding/": {"original release": "word"},
    "/admin/publishing/correction/": {},
    "/admin/media/image/?all=": {"article": "paper", "page": "paper"},
    "/admin/media/document/?all=": {"agreement": "paper", "release": "paper"},
    "/admin/media/image/recent/": {},
    # What names several records.
    "/admin/publishing/bundle/{bundle}/change/": {},
    "/admin/articles/article/{teller}/change/": {},
    "/admin/agreements/agreement/{hub}/change/": {},
    "/admin/stats/announcement/{announcement}/change/": {},
    "/admin/stats/indicator/{indicator}/change/": {},
    # What it pointed at, version by version.
    "/admin/articles/article/{teller}/history/?from=1&to=2": {"original agreement": "word"},
    "/admin/articles/article/{teller}/history/1/restore/": {"original agreement": "word"},
    "/admin/agreements/agreement/{hub}/history/?from=1&to=2": {"original agreement": "word"},
    "/admin/agreements/agreement/{hub}/history/1/restore/": {"original agreement": "word"},
}

#: What was corrected in public is known at the desk, where the list of corrections names it.
CORRECTED_ONCE = {"expired", "gone"}

#: Choices: app, model, field → kinds and the mark of each that may be chosen.
CHOICES = {
    ("articles", "citation", "observation"): {"original indicator": "figure", "original release": "figure"},
    ("articles", "citation", "agreement"): {"original agreement": "word"},
    ("articles", "article", "image"): {"article": "paper", "page": "paper"},
    ("agreements", "agreementrelation", "target"): {"original agreement": "word"},
    ("agreements", "agreementdocument", "document"): {"agreement": "paper", "release": "paper"},
    ("stats", "series", "indicator"): {"original indicator": "word"},
    ("stats", "figureimport", "indicator"): {"original indicator": "word"},
    ("stats", "observation", "series"): {"original indicator": "word"},
    ("stats", "observation", "release"): {"original release": "word"},
    ("stats", "rule", "whole"): {"original indicator": "word"},
    ("stats", "rule", "parts"): {"original indicator": "word"},
    ("stats", "rule", "quotient"): {"original indicator": "word"},
    ("stats", "announcement", "release"): {"original release": "word"},
    ("stats", "announcement", "indicators"): {"original indicator": "word"},
    ("stats", "release", "file"): {"agreement": "paper", "release": "paper"},
}


#: Of kinds other than articles, what is read, and what is looked at at the desk: each life in one column at least. The
#: same question guards all kinds.
READ_ELSEWHERE = [
    ("draft", "open"), ("draft", "closed"), ("in review", "closed"), ("approved", "open"), ("scheduled", "open"),
    ("published", "closed"), ("expired", "open"), ("outdated", "closed"), ("gone", "open"), ("gone", "closed"),
    ("edited", "open"), ("moved", "closed"), ("copy", "open"), ("copy", "closed"), ("copy in", "closed"),
    ("copy out", "open"), ("trashed", "open"), ("trashed public", "open"),
]  # fmt: skip
FOUND_ELSEWHERE = [
    ("draft", "open"), ("draft", "closed"), ("in review", "closed"), ("approved", "open"), ("scheduled", "closed"),
    ("published", "closed"), ("expired", "open"), ("outdated", "open"), ("gone", "closed"), ("edited", "closed"),
    ("copy", "closed"), ("moved", "open"), ("copy in", "closed"), ("copy out", "open"), ("trashed", "open"),
    ("trashed public", "closed"),
]  # fmt: skip


def row_of(grid, one):
    """Person → cell of ``grid`` for a specimen."""
    return dict(zip(PEOPLE, grid[one.life][one.column].replace(" ", ""), strict=True))
