"""The fixed words of the printed report."""

from player.config.language import _


def labels() -> dict[str, str]:
    """In the language in use."""
    return {
        "kind": _("Play log report"),
        "period": _("Period"),
        "gates": _("Gates"),
        "made": _("Made"),
        "timezone": _("Time zone"),
        "plays": _("Plays"),
        "completed": _("shown to the end"),
        "shown": _("Time shown"),
        "all_zones": _("all zones together"),
        "open": _("Open time"),
        "open_about": _("without the hours when lights are out"),
        "lit": _("Of it, with something shown"),
        "lost": _("nothing shown for {span}"),
        "days": _("Hours shown a day"),
        "months": _("Hours shown a month"),
        "share": _(
            "per cent of the open time; zones show things at one time, so that this may add up to more than 100"
        ),
        "items": _("What was shown"),
        "most_items": _("The {count} items that were shown longest, of {all}; the workbook has all of them."),
        "item": _("Item"),
        "times": _("Plays"),
        "to_end": _("To the end"),
        "time": _("Time shown"),
        "part": _("Share"),
        "first": _("First"),
        "last": _("Last"),
        "gate": _("Gate"),
        "gate_list": _("Gate by gate"),
        "dark": _("Lights out"),
        "gaps": _("When nothing was shown, and why"),
        "no_gaps": _("Something was shown at every moment of the open time."),
        "cause": _("Cause"),
        "count": _("How often"),
        "longest": _("The {count} longest of {all}"),
        "from": _("From"),
        "until": _("Until"),
        "length": _("Length"),
        "says": _("The log says"),
        "clock": _("Clock"),
        "clock_set": _(
            "{gate}: the clock was set {count} times; plays that are not counted because it was wrong: {plays}"
        ),
        "proof": _("Can this be believed?"),
        "proof_about": _(
            "Each gate seals its play log day by day with a key that never leaves it; every day names the one before. "
            "Compare the fingerprint with the one that the gate told by telephone when it was installed."
        ),
        "good": _("good"),
        "whole": _("whole"),
        "bad": _("not trusted"),
        "nothing": _("There are no plays in this period."),
        "end": _("Counted by Gateplayer from sealed play logs."),
    }
