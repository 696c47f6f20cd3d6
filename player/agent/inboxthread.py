"""What the agent's threads have in common: each hears what others put into its inbox, and ends soon when asked."""

import queue
import threading
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

Message = TypeVar("Message")


class InboxThread(ABC, Generic[Message]):
    """A thread called `name`, which does `_work`. Once `ending` is set it is waited for, `within` seconds at most: a
    server that is silent, a file of hours, must not keep the process from ending."""

    def __init__(self, name: str, ending: threading.Event, within: float = 0.8) -> None:
        self._ending = ending
        self._within = within
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        """None wakes it, so that it sees that it is to end."""
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and what it is at."""
        self._ending.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join(self._within)

    @abstractmethod
    def _work(self) -> None:
        """What it does until `_ending` is set."""
