"""Foreign errors become a sentence that the owner of a file can act upon."""

from collections.abc import Iterator
from contextlib import contextmanager

from player.config.language import _
from player.core.faults import ContentFault


@contextmanager
def refusing(damaged: str, *foreign: type[Exception]) -> Iterator[None]:
    """Any of `foreign` raised within becomes a `ContentFault`: `damaged`, unless the error itself says more."""
    try:
        yield
    except ContentFault:
        raise
    except MemoryError as error:
        raise ContentFault(_("it needs more memory to open than a file may use: save it at a smaller size")) from error
    except FileNotFoundError as error:
        raise ContentFault(_("the file is gone: copy it here again")) from error
    except PermissionError as error:
        raise ContentFault(_("the file may not be read: give everyone the right to read it")) from error
    except foreign as error:
        raise ContentFault(damaged) from error
