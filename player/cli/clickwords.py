"""What click says of itself, listed so that our catalogs translate it. Nothing here is called."""

from player.config.language import _

WORDS = (
    _("Usage:"),
    _("Options"),
    _("Commands"),
    _("Show this message and exit."),
    _("Show the version and exit."),
    _("Error: {message}"),
    _("Try '{command} {option}' for help."),
    _("Invalid value: {message}"),
    _("Invalid value for {param_hint}: {message}"),
    _("Missing command."),
    _("Missing argument"),
    _("Missing option"),
    _("No such option {name!r}."),
    _("No such command {name!r}."),
    _("Option {name!r} requires an argument."),
    _("Option {name!r} does not take a value."),
    _("Got unexpected extra arguments ({args})"),
    _("{name} {filename!r} is a directory."),
    _("file"),
)
