"""Who may do what at the desk, written by hand like the table of what is read."""

from .table import BIN, DESK, row_of

#: Who may write records of a kind, review them, publish them, add and delete them, wherever they are let in.
WRITERS = {
    "article": "editor publisher administrator insider chief",
    "agreement": "editor publisher administrator insider chief",
    "page": "publisher administrator chief",
    "indicator": "statistician publisher administrator chief",
    "release": "statistician publisher administrator chief",
}
REVIEWERS = "reviewer administrator chief"
PUBLISHERS = "publisher administrator chief"
#: Who adds records of a kind deletes them, and finds them in the recycle bin.
DELETERS = {
    "article": "editor administrator insider chief",
    "agreement": "editor administrator insider chief",
    "page": "administrator chief",
    "indicator": "statistician administrator chief",
    "release": "statistician administrator chief",
}
#: Who is let into the closed column.
INSIDE = "insider chief"

#: Life and step → who: letters of writers, reviewers, publishers, deleters (who add as well), those inside; “w&p” those
#: who are both, “w|r” those who are one of them. “free” is the column without reviews. Whatever is not named here
#: nobody may do, and trying it changes nothing. “place” stands for the four places of an article in lists.
STEPS = {
    "draft": {
        "_submit": "w", "restore": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d", "place": "w",
    },
    "draft in free": {
        "_submit": "w", "_publish": "w&p", "publish": "w&p", "publish now": "w&p", "publish bundle": "w&p",
        "restore": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d", "place": "w",
    },
    "in review": {
        "approve": "r", "send_back": "r", "take_back": "w", "preview link": "w|r|p", "copy as new": "d",
        "place": "p&w",
    },
    "approved": {
        "publish": "p", "publish now": "p&w", "publish bundle": "p", "send_back": "p", "take_back": "w",
        "preview link": "w|r|p", "copy as new": "d", "place": "p&w",
    },
    "scheduled": {"take_back": "p", "delete": "p&d", "preview link": "w|r|p", "copy as new": "d", "place": "p&w"},
    "published": {
        "edit": "w", "withdraw": "w|r|p", "withdraw now": "w|r|p", "restore": "w", "delete": "p&d", "copy as new": "d",
        "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    "expired": {
        "edit": "w", "withdraw": "w|r|p", "withdraw now": "w|r|p", "restore": "w", "delete": "p&d",
        "preview link": "w|r|p", "copy as new": "d", "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    "outdated": {
        "edit": "w", "publish": "p", "publish now": "p&w", "restore": "w", "delete": "p&d", "copy as new": "d",
        "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    "gone": {
        "edit": "w", "publish": "p", "publish now": "p&w", "restore": "w", "delete": "p&d", "copy as new": "d",
        "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    "edited": {
        "withdraw": "w|r|p", "withdraw now": "w|r|p", "restore": "w", "restore discarded": "w", "delete": "p&d",
        "copy as new": "d", "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    # Its working copy lies in another column.
    "moved": {
        "withdraw": "w|r|p", "withdraw now": "w|r|p", "restore": "w&i", "restore discarded": "w&i", "delete": "p&d",
        "copy as new": "d", "draft correction": "w", "publish correction": "p", "place": "p&w",
    },
    "copy": {
        "_submit": "w", "_mend": "w&p", "discard": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d",
    },
    "copy in free": {
        "_submit": "w", "_publish": "w&p", "publish": "w&p", "publish now": "w&p", "publish bundle": "w&p",
        "discard": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d",
    },
    # Another column is no slip of the pen.
    "copy in": {"_submit": "w", "discard": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d"},
    "copy out": {"_submit": "w", "discard": "w", "delete": "w&d", "preview link": "w|r|p", "copy as new": "d"},
    "trashed": {"bring back": "w&d", "bring back now": "w&d"},
    # Before readers it is brought back by who may publish it; others have a draft.
    "trashed public": {
        "bring back": "w&d", "bring back now": "w&d", "bring back public": "p&d", "bring back public now": "p&d",
    },
}  # fmt: skip
PLACES = ["pin", "unpin", "recommend", "unrecommend"]

#: What is tried besides what a life allows: nothing of it may be done. Of articles in the open columns all steps are
#: tried in all lives, but for copying and three of the four places; the other kinds, and the closed column, have the
#: same machinery, and what is their own are the people (TRIED_ELSEWHERE).
TRIED = [
    "approve", "send_back", "take_back", "publish", "edit", "discard", "withdraw", "withdraw now", "publish now",
    "delete", "restore", "preview link", "_mend", "draft correction", "publish correction",
    "publish bundle", *PLACES,
]  # fmt: skip
OF_ARTICLES = {
    "withdraw now", "publish now", "delete now", "preview link", "copy as new", "restore", "bring back now", *PLACES,
}  # fmt: skip
#: Of the other kinds what is tried: the lives in which their people differ, and their columns.
TRIED_ELSEWHERE = [
    ("draft", "open"), ("draft", "closed"), ("draft", "free"), ("in review", "open"), ("approved", "open"),
    ("published", "open"), ("published", "closed"), ("moved", "open"), ("copy", "open"), ("copy in", "closed"),
    ("trashed", "open"), ("trashed public", "open"), ("trashed public", "closed"),
]  # fmt: skip


# What has no life of its own -----------------------------------------------------------------------------------------

DESK_WORKERS = "editor reviewer publisher statistician administrator insider chief"
EDITORS = "editor administrator insider chief"
FIGURE_KEEPERS = "statistician administrator chief"
MASTERS = "administrator chief"

#: Desk → who sees its list, may add to it, change a row of it, and delete that. Drafts stand for what has a life.
RIGHTS = {
    "articles/article": (DESK_WORKERS, EDITORS, WRITERS["article"], EDITORS),
    "pages/page": (DESK_WORKERS, MASTERS, WRITERS["page"], MASTERS),
    "agreements/agreement": (DESK_WORKERS, EDITORS, WRITERS["agreement"], EDITORS),
    "stats/indicator": (DESK_WORKERS, FIGURE_KEEPERS, WRITERS["indicator"], FIGURE_KEEPERS),
    "stats/release": (DESK_WORKERS, FIGURE_KEEPERS, WRITERS["release"], FIGURE_KEEPERS),
    "stats/series": (DESK_WORKERS, FIGURE_KEEPERS, FIGURE_KEEPERS, FIGURE_KEEPERS),
    # Of a public release; in a draft a figure is its writers'.
    "stats/observation": (DESK_WORKERS, FIGURE_KEEPERS, "", ""),
    # It is tried, taken in or discarded; one is its maker's and an administrator's.
    "stats/figureimport": (FIGURE_KEEPERS, FIGURE_KEEPERS, "", ""),
    "stats/announcement": (DESK_WORKERS, FIGURE_KEEPERS, FIGURE_KEEPERS, ""),
    "stats/rule": (DESK_WORKERS, FIGURE_KEEPERS, FIGURE_KEEPERS, FIGURE_KEEPERS),
    # Found, never written; decided by who may write the release.
    "stats/finding": (DESK_WORKERS, "", WRITERS["release"], ""),
    "publishing/bundle": (
        DESK_WORKERS, "editor publisher administrator insider chief", "editor publisher administrator insider chief",
        "publisher administrator chief",
    ),
    # Begun from the form of a record alone; this one is drafted, of a public article.
    "publishing/correction": (
        "editor publisher statistician administrator insider chief", "", WRITERS["article"], WRITERS["article"],
    ),
    "publishing/trashedrecord": (DESK_WORKERS, "", "", "chief"),
    "publishing/word": (DESK_WORKERS, MASTERS, MASTERS, MASTERS),
    "pages/menuitem": (MASTERS, MASTERS, MASTERS, MASTERS),
    # There is one, and it stays.
    "pages/imprint": (MASTERS, "", MASTERS, ""),
    "pages/feedback": (DESK_WORKERS, "", "editor publisher administrator insider chief", MASTERS),
    # The file of a draft.
    "media/image": (DESK_WORKERS, EDITORS, "editor publisher administrator insider chief", EDITORS),
    "media/document": (
        DESK_WORKERS, "editor statistician administrator insider chief",
        "editor publisher statistician administrator insider chief", "editor statistician administrator insider chief",
    ),
    "vocabulary/region": (DESK_WORKERS, MASTERS, MASTERS, MASTERS),
    "vocabulary/organization": (
        DESK_WORKERS, "editor statistician administrator insider chief",
        "editor statistician administrator insider chief", MASTERS,
    ),
    "vocabulary/topic": (DESK_WORKERS, EDITORS, EDITORS, MASTERS),
    "vocabulary/unit": (DESK_WORKERS, MASTERS, MASTERS, MASTERS),
    "vocabulary/column": (DESK_WORKERS, MASTERS, MASTERS, MASTERS),
    # A login that is no superuser's.
    "accounts/user": (DESK_WORKERS, MASTERS, MASTERS, ""),
    "auth/group": (MASTERS, MASTERS, MASTERS, MASTERS),
}  # fmt: skip

#: Pages of the desk that are nobody's row → who opens them.
PAGES = {
    "/admin/": DESK_WORKERS,
    "/admin/log/": MASTERS,
    "/admin/log/?format=json": MASTERS,
    "/admin/rights/": DESK_WORKERS,
    "/admin/publishing/word/export/?format=csv": DESK_WORKERS,
    "/admin/publishing/word/paste/": MASTERS,
    "/admin/stats/figureimport/{imported}/change/": MASTERS,
    "/admin/stats/figureimport/{imported}/report/": MASTERS,
    "/admin/stats/announcement/{announced}/date/": FIGURE_KEEPERS,
    "/admin/stats/announcement/{announced}/cancel/": FIGURE_KEEPERS,
    "/admin/accounts/user/{reader}/password/": MASTERS,
    "/admin/articles/": DESK_WORKERS,
    "/admin/auth/": MASTERS,
    "/admin/second-factor/": DESK_WORKERS,
    "/admin/password_change/": DESK_WORKERS,
    "/admin/jsi18n/": DESK_WORKERS,
    "/admin/publishing/correction/{correction}/publish/": PUBLISHERS,
}

#: Lists of the desk that are not open to all who work here → who opens them.
LIST_READERS = {
    "/admin/stats/figureimport/": RIGHTS["stats/figureimport"][0],
    "/admin/publishing/correction/": RIGHTS["publishing/correction"][0],
    "/admin/articles/article/{teller}/history/1/restore/": WRITERS["article"],
    "/admin/agreements/agreement/{hub}/history/1/restore/": WRITERS["agreement"],
}

#: Addresses below /admin/ that somebody without a login has to reach.
BEFORE_LOGIN = {
    "admin/login/", "admin/password_reset/", "admin/password_reset/done/", "admin/reset/<uidb64>/<token>/",
    "admin/reset/done/", "admin/second-factor/code/", "admin/second-factor/enrol/",
}  # fmt: skip


def steps_of(one):
    """Step → the people who may take it, for a specimen."""
    people = {
        "w": WRITERS[one.kind], "r": REVIEWERS, "p": PUBLISHERS, "d": DELETERS[one.kind], "i": INSIDE,
    }  # fmt: skip
    named = dict(STEPS.get(f"{one.life} in {one.column}") or STEPS[one.life])
    named |= dict.fromkeys(PLACES, named.pop("place", ""))
    if one.life in {"draft", "published"}:  # the action of the list
        named["delete now"] = named["delete"]
    steps = dict.fromkeys([*TRIED, *named] if one.kind == "article" else named.keys() - OF_ARTICLES)
    if one.life not in {"draft", "published", "copy in"}:
        for step in ["copy as new", *PLACES[1:]]:  # pinning stands for them
            steps.pop(step, None)
    if one.is_copy:  # a correction is its record's
        steps.pop("publish correction", None)
    seen = {person for person, cell in row_of(BIN if one.is_trashed else DESK, one).items() if cell == "+"}
    return {
        step: seen & set().union(*(_all_of(part, people) for part in named.get(step, "").split("|"))) for step in steps
    }


def _all_of(letters, people):
    """Those who are in each of the groups of ``letters``: “w&p”."""
    groups = [set(people[letter].split()) for letter in letters.split("&") if letter]
    return set.intersection(*groups) if groups else set()
