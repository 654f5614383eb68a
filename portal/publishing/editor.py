"""What the editor in the admin is told: its extensions, and its words in the language of the user.

The modules that make our own extensions are static/js/prose_*.js; portal.settings names them.
"""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

__all__ = ["OWN_EXTENSIONS"]

PICTURE = {
    # Addresses by name: the pictures are of an app above this one.
    "uploadUrl": reverse_lazy("admin:media_image_upload"),
    "recentUrl": reverse_lazy("admin:media_image_recent"),
    "labels": {
        "button": _("Picture"),
        "insert": _("Insert a picture"),
        "change": _("Change the picture"),
        "file": _("Picture file"),
        "fileHelp": _("JPEG, PNG, WebP or GIF, at most 20 MB. It may also be pasted or dropped into the text."),
        "recent": _("Or choose one that is there"),
        "search": _("Search the pictures"),
        "alt": _("What does the picture show?"),
        "altHelp": _("One sentence for those who do not see it. Leave it empty only where the picture decorates."),
        "caption": _("Caption"),
        "submit": _("Insert"),
        "cancel": _("Cancel"),
        "busy": _("Uploading…"),
        "nothing": _("Choose a file, or one of the pictures that are there."),
        "offline": _("The server cannot be reached. Check the connection and try again; your text is still here."),
        "tooLarge": _("The file is too large for the server. Make the picture smaller and upload that."),
        "loggedOut": _(
            "The upload was refused. Perhaps you are logged out: log in in another tab, then come back and try again."
        ),
    },
}

BUTTONS = {
    "heading2": _("Heading"),
    "heading3": _("Subheading"),
    "heading4": _("Small heading"),
    "paragraph": _("Paragraph"),
    "bulletList": _("List with bullets"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "codeBlock": _("Code"),
    "horizontalRule": _("Line across"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "underline": _("Underlined"),
    "strike": _("Struck through"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "code": _("Code"),
    "link": _("Link: select words first"),
    "unlink": _("Remove the link"),
    "picture": _("Picture"),
    "footnote": _("Footnote"),
    "table": _("Insert a table"),
    "table:addColumnAfter": _("Add a column on the right"),
    "table:deleteColumn": _("Delete the column"),
    "table:addRowAfter": _("Add a row below"),
    "table:deleteRow": _("Delete the row"),
    "table:mergeCells": _("Merge the cells"),
    "table:splitCell": _("Split the cell"),
    "table:toggleHeaderCell": _("Make it a heading cell, or an ordinary one"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
    "html": _("Show the HTML"),
}

OWN_EXTENSIONS = {
    "Picture": PICTURE,
    "Footnotes": {"labels": {"button": _("Footnote")}},
    "PastedText": True,
    "ButtonLabels": {"labels": BUTTONS},
}
