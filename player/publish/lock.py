"""One at a time: whoever changes a site."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from player.config.language import _
from player.core.faults import SyncFault
from player.library.files import sole
from player.publish.site import Site

_PATIENCE, _LOOK = 10.0, 0.1


@contextmanager
def locked(site: Site, patience: float = _PATIENCE) -> Iterator[None]:
    """Have the site to ourselves. SyncFault when another process has had it for `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        with sole(site.root / ".lock") as ours:
            if ours:
                yield
                return
        if time.monotonic() >= deadline:
            raise SyncFault(_("another gateplayer publish is at work in {folder}").format(folder=site.root))
        time.sleep(_LOOK)
