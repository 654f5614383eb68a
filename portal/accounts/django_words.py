"""What Django says and has no Chinese for, or Chinese that tells an editor less than it should.

Nothing imports this file: ``make messages`` collects its strings, so that they are translated beside our own, and our
catalogue goes before Django's. English readers get Django's own words.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

FORM_ERRORS = [
    _("This field is required."),
    _("This field cannot be null."),
    _("This field cannot be blank."),
    _("Enter a valid value."),
    _("Enter a valid URL."),
    _("Enter a valid email address."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Enter a valid integer."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a valid date/time."),
    _("Enter a list of values."),
    _("“%(value)s” value has an invalid date format. It must be in YYYY-MM-DD format."),
    _("“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s."),
    _("Null characters are not allowed."),
    _("%(model_name)s with this %(field_labels)s already exists."),
    _("%(model_name)s with this %(field_label)s already exists."),
    _("Value %(value)r is not a valid choice."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("“%(pk)s” is not a valid value."),
    _("No file was submitted."),
    _("No file was submitted. Check the encoding type on the form."),
    _("The submitted file is empty."),
    _("Please correct the duplicate data for %(field)s."),
    _("Please correct the duplicate data for %(field)s, which must be unique."),
    _("Please correct the duplicate values below."),
    _(
        "ManagementForm data is missing or has been tampered with. Missing fields: %(field_names)s. You may need to "
        "file a bug report if the issue persists."
    ),
    _(":"),
]

ADMIN = [
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Error:"),
    _("Add"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Add another %(verbose_name)s"),
    _("Add another %(model)s"),
    _("Change %s"),
    _("Change selected %(model)s"),
    _("View %s"),
    _("View selected %(model)s"),
    _("Delete selected %(model)s"),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _(" By %(filter_title)s "),
    _("%(app)s administration"),
    _("Action"),
    _("Action:"),
    _("No action selected."),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("You may edit it again below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("Successfully deleted %(count)d %(items)s."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Change history: %s"),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("0 of %(cnt)s selected"),
    _("Save and add another"),
    _("Start typing to filter…"),
    _("View site"),
    _("View on site"),
]

LOGIN = [
    _("Log out"),
    _("Logged out"),
    _("Thanks for spending some quality time with the web site today."),
    _("Forgotten your login credentials?"),
    _("In case you’ve forgotten, you are:"),
    _("This account is inactive."),
    _("Please enter a correct %(username)s and password. Note that both fields may be case-sensitive."),
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that both fields may be "
        "case-sensitive."
    ),
    _("You don’t have permission to view or edit anything."),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. Would you like to login to "
        "a different account?"
    ),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password twice so we can verify "
        "you typed it in correctly."
    ),
    _("The two password fields didn’t match."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
]

USERS_AND_ROLES = [
    _("Authentication and Authorization"),
    _("group"),
    _("groups"),
    _("The groups this user belongs to. A user will get all permissions granted to each of their groups."),
    _("superuser status"),
    _("Designates that this user has all permissions without explicitly assigning them."),
    _("Specific permissions for this user."),
    _("staff status"),
    _("Designates whether the user can log into this admin site."),
    _("active"),
    _("Designates whether this user should be treated as active. Unselect this instead of deleting accounts."),
    _("date joined"),
    _("email address"),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("A user with that username already exists."),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Password-based authentication"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
        "authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enter the same password as before, for verification."),
]


def with_a_number(n):
    """The same, where a number stands in the words."""
    return [
        ngettext("%(count)s %(name)s was changed successfully.", "%(count)s %(name)s were changed successfully.", n),
        ngettext(
            "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
            n,
        ),
        ngettext(
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
            n,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s digit in total.",
            "Ensure that there are no more than %(max)s digits in total.",
            n,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s decimal place.",
            "Ensure that there are no more than %(max)s decimal places.",
            n,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s digit before the decimal point.",
            "Ensure that there are no more than %(max)s digits before the decimal point.",
            n,
        ),
        ngettext(
            "Your password must contain at least %(min_length)d character.",
            "Your password must contain at least %(min_length)d characters.",
            n,
        ),
        ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            n,
        ),
    ]
