"""The fixed words of the status page."""

from player.config.language import _


def labels() -> dict[str, str]:
    """In the language in use."""
    return {
        "status": _("Gate status"),
        "skip": _("To the content"),
        "wall": _("On the wall now"),
        "live": _("Live picture of the wall"),
        "age": _("changed {seconds} s ago"),
        "why": _("Why is this showing?"),
        "left": _("{time} left"),
        "until": _("until {when}"),
        "next": _("Next"),
        "attention": _("What needs attention"),
        "today": _("Today"),
        "open": _("Opening hours"),
        "as_list": _("The day as a list"),
        "coming": _("What comes next"),
        "nothing": _("Nothing is planned."),
        "spots": _("Small marks: comes in between"),
        "folder": _("Watched folder"),
        "folder_none": _("config.yaml names no watched folder."),
        "folder_empty": _("The folder is empty. Put pictures, films, PDF or text files here."),
        "more_files": _("and {count} more; the status file in the folder lists them"),
        "card": _("Test card"),
        "card_show": _("Show for a minute"),
        "card_end": _("End it"),
        "approve": _("Approve"),
        "approver": _("Your name"),
        "approve_hint": _("New files wait here until a second person says yes. Look at the file first."),
        "central": _("Central server"),
        "central_none": _("This gate is not enrolled with a central server: gateplayer enroll"),
        "records": _("Play log and reports"),
        "records_none": _("The agent tells nothing of them yet."),
        "machine_none": "",
        "machine": _("Computer"),
        "log": _("Last messages"),
        "log_none": _("No messages yet."),
        "login": _("Log in"),
        "logout": _("Log out"),
        "password": _("Password"),
        "login_hint": _("The technician has set it with: gateplayer password"),
        "lost_touch": _("No news from the player since {seconds} s. The wall plays on by itself."),
        "refresh": _("Without JavaScript the page is fetched anew every 10 seconds."),
        "print": _("Gateplayer {version}"),
        "back": _("Back to the page"),
    }


def refusals() -> dict[str, str]:
    """What is told to whoever is turned away."""
    return {
        "host": _("This page is to be opened by the address of the computer, not by this name."),
        "token": _("This form is too old, or comes from elsewhere. Open the page again and repeat it."),
        "wrong": _("The password is wrong."),
        "wait": _("Too many tries. Wait {seconds} s, then try again."),
        "gone": _("This file waits for nobody any more."),
        "who": _("Write your name: it is put on record who has approved."),
        "unstored": _("The approval cannot be stored: {cause}"),
        "nowall": _("The wall is not running, so that it can show no test card."),
        "dark": _("The wall is black as long as the blackout lasts, and shows no test card."),
        "nocard": _("The test card cannot be asked for: {cause}"),
        "large": _("That is too much."),
        "absent": _("There is no such page."),
        "failed": _("Something went wrong here; the log says more."),
    }
