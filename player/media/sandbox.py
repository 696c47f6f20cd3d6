"""The cage of a decoder, closed before it reads the first byte of a foreign file (docs/security.md).

`limits` bounds what it may use; here is what it may reach: the one file that it decodes, the fonts and the program's
own libraries, for reading, and nothing else on the machine.
"""

import logging
import os
import site
import zoneinfo
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import player
from player.config.language import _
from player.media import landlock, seccomp

log = logging.getLogger(__name__)

_SYSTEM_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")


@dataclass(frozen=True, slots=True)
class Strength:
    """What of the cage this kernel puts in force: Landlock's version (0: none), and whether system calls are filtered.

    Files are closed by Landlock alone; network, other processes and the kernel by the filter.
    """

    landlock: int
    filtered: bool

    @property
    def whole(self) -> bool:
        return self.landlock > 0 and self.filtered


@lru_cache(maxsize=1)
def sandbox_strength() -> Strength:
    """What holds decoders on this machine, besides the limits that hold everywhere. Asks the kernel, once."""
    return Strength(landlock.version(), seccomp.available())


@lru_cache(maxsize=1)
def warn_if_weak() -> None:
    """Say in the log, once a process, what this kernel lacks."""
    strength = sandbox_strength()
    if not strength.landlock:
        log.warning(_("this kernel has no Landlock: a hostile media file could read other files of the gate"))
    if not strength.filtered:
        log.warning(_("this kernel filters no system calls: a hostile media file could reach the network"))


def enter(*files: str) -> None:
    """Close the cage around this process, with only `files` in reach; "" is no file. OSError when it does not close.

    Once, while there is one thread, after `limits.confine`.
    """
    strength = sandbox_strength()
    if strength.landlock:
        landlock.restrict(strength.landlock, [(path, landlock.READ) for path in (*_needed(), *files) if path])
    if strength.filtered:
        seccomp.install(seccomp.decoder_filter(os.getpid()))


def prepare() -> None:
    """Work out what `enter` needs, so that processes forked from here on need not."""
    if sandbox_strength().filtered:
        seccomp.decoder_filter(os.getpid())
    _needed()


@lru_cache(maxsize=1)
def _needed() -> tuple[str, ...]:
    """What libraries read of their own accord, some of it late: modules, shared libraries, messages, fonts, zones.
    Whether it is there is looked at each time: fonts may be installed while the wall plays."""
    # Here, not above: the wall asks this module for its strength, and is not to wait for a text engine.
    from player.media.text.fonts import font_folders

    modules = [*player.__path__, str(Path(os.__file__).parent), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        modules.append(site.getusersitepackages())
    return tuple(dict.fromkeys([*modules, *map(str, font_folders()), *zoneinfo.TZPATH, *_SYSTEM_LIBRARIES]))
