"""Names in two languages: the Chinese one stands in ``name``, the English one in ``name_en``."""

from django.utils.translation import get_language


def localized(record, field="name"):
    """The value of ``field`` in the language in use; the Chinese one where no English was given."""
    english = getattr(record, f"{field}_en") if get_language() == "en" else ""
    return english or getattr(record, field)
