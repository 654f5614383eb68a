"""The demo data set: plain files (UTF-8), read by the ``load_demo`` command through ``loading.py``.

A file holds a list of objects unless said otherwise; "" means "not known", references are by natural key, and
parents stand before their children.

- ``units.json``: code, symbol, name, name_en, dimension. Base units only: 万, 亿, 万亿 are ``unit_mult`` 4, 8, 12.
- ``topics.json``: slug, name, name_en, parent (slug). ``columns.json``: the same, with position and review_levels.
- ``places.json``: regions that no division file holds (foreign cities): code, name, name_en, kind, parent.
- ``organizations.json``: name (the key), short_name, name_en, kind, region (code), url, aliases.
- ``indicators.json``: slug, name, name_en, definition, topics, and series: region, frequency, accumulation,
  transformation, price_basis, unit, unit_mult, decimals, default (exactly one is true for each region).
- ``rules.json``: title, kind, whole, parts, quotient (slugs of indicators), region (code), tolerance, note.
- ``releases.json``: key, source (organization), title, title_en, released_on, rank, reason, url, note (where the
  figures come from, how far the date is known). Source and date together are unique.
- ``observations.csv``: release (key), the six fields that name a series, time_period, value (the mantissa as printed),
  unit, unit_mult, decimals, qualifier, value_low, value_high, printed, obs_status, stage, source_place, footnote.
- ``agreements.json``: key, title, title_en, column, instrument, signed, effective, expires, terminated (partial dates),
  place, occasion, summary, regions, topics, source, source_url, count, count_qualifier (of a batch; else null, exact),
  parties, amounts, milestones, relations (``to`` is a key). A milestone has a date, or ``after`` (the kind of another
  milestone) with ``offset_days``, so that its date follows from that one's.
- ``articles.json``: key, kicker, headline, subhead, lead, body_file, column, source, byline, dated,
  published_days_after_dated, topics, regions, organizations, pinned, recommended, citations. A citation has ``exact``,
  found in the visible text of lead or body, and one target: ``observation`` (indicator, region, time_period, release,
  and frequency, accumulation, transformation, price_basis where it is not the region's default series) or
  ``agreement`` (key) with ``part``: "", ``amount:<kind>:<basis>``, or ``milestone:<kind>``.
- ``corrections.json``: article (key), what ``stood`` in its body at first and what ``stands`` there, corrected_at, note
  (of the edit history), and the words of the correction: wrong, right, why.
- ``articles/*.html``, ``pages/*.html``: bodies of p h2 h3 ul ol li blockquote table thead tbody tr th td strong em a.
- ``pages.json``: slug, title, title_en, body_file. ``menu.json``: place, label, label_en, url, position.
- ``imprint.json``: one object: site_name, site_name_en, tagline, copyright, hotlines, responsibilities, licences (all
  numbers are made up). ``regions/``: divisions and their history, described there.

The prose is our own. Figures: National Bureau of Statistics, the statistical offices and governments of Chongqing and
Sichuan, as each release names them; sister cities without a date: Wikidata (CC0).
"""
