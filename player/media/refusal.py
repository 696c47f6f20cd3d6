"""Foreign errors become a sentence that the owner of a file can act upon."""

from collections.abc import Iterator
from contextlib import contextmanager

from player.config.language import _
from player.core.faults import ContentFault, Unfinished


@contextmanager
def refusing(damaged: str, *foreign: type[Exception]) -> Iterator[None]:
    """Any of `foreign` raised within becomes `Unfinished`: `damaged`, unless the error itself says more."""
    try:
        yield
    except ContentFault:
        raise
    except MemoryError as error:
        raise ContentFault(_("it needs more memory to open than a file may use: save it at a smaller size")) from error
    except foreign as error:
        raise Unfinished(_reason(error) or damaged) from error


def _reason(error: Exception) -> str:
    """What the system says of the file itself. FFmpeg has errors of these kinds too, which mean other things."""
    if type(error) is FileNotFoundError:
        return _("the file is gone: copy it here again")
    if type(error) is PermissionError:
        return _("the file may not be read: give everyone the right to read it")
    return ""
