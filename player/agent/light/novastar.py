"""The brightness of NovaStar's sending cards and all-in-one controllers (MCTRL, VX, NovaPro …) over TCP.

NovaStar's central control protocol: its packets, answers and registers as laid out in `command_layout.md` of the
repository dietervansteenwegen/Novastar_MCTRL300_basic_controller; the port, and that brightness is written to all cards
at once, by Bitfocus' companion-module-novastar-controller. A packet, its numbers little-endian:

    55 AA | 0 | serial | source | destination | card | port | board (2) | 1 write, 0 read | 0 | register (4)
    | length (2) | data | 5555 plus the sum of all bytes after the header (2)

An answer begins with AA 55; its third byte is 0 for well done, 1 timeout, 2 and 3 a damaged packet, 4 an unknown
command. The register 02000001 of the receiving cards, one byte, is the brightness of the whole. It is written to all
of them (destination, port and board FF), and read from the first.
"""

import contextlib
import socket
import time

from player.agent.light.faults import ControllerFault
from player.config.controller import NovaStar
from player.config.language import _

BRIGHTNESS = 0x02000001
FULL = 255
CONNECT = 3.0
ANSWER = 3.0
"""Seconds."""

ACKNOWLEDGE = 1.0
"""Seconds in which what was written is answered. Some answer nothing to what is for all cards: reading back tells."""

TRIES, BETWEEN = 3, 0.3
"""How often it is read back, and seconds between, until the cards have taken it."""

_ASK, _TELL = b"\x55\xaa", b"\xaa\x55"
_COMPUTER, _RECEIVING, _EVERY = 0xFE, 1, 0xFF
_HEAD, _SUM = 18, 2
_MOST_DATA = 256


def packet(serial: int, register: int, data: bytes | None, length: int = 1) -> bytes:
    """Writes `data` to the receiving cards, all of them; without it, reads `length` bytes of the first."""
    target, port = (_EVERY, _EVERY) if data is not None else (0, 0)
    head = bytes((0, serial, _COMPUTER, target, _RECEIVING, port, port, port, data is not None, 0))
    count = length if data is None else len(data)
    body = head + register.to_bytes(4, "little") + count.to_bytes(2, "little") + (data or b"")
    return _ASK + body + checksum(body)


def checksum(body: bytes) -> bytes:
    """Of all that follows the header."""
    return ((0x5555 + sum(body)) & 0xFFFF).to_bytes(2, "little")


class NovaStarDriver:
    def __init__(self, controller: NovaStar) -> None:
        self._controller = controller

    @property
    def name(self) -> str:
        return f"NovaStar {self._controller.host}"

    def set(self, share: float) -> float:
        level = max(round(share * FULL), 1) if share > 0 else 0
        with _Line(self._controller) as line:
            line.write(BRIGHTNESS, bytes((level,)))
            found = line.read(BRIGHTNESS)
            for _again in range(TRIES - 1):
                if found == level:
                    break
                time.sleep(BETWEEN)
                found = line.read(BRIGHTNESS)
        return share if found == level else found / FULL

    def read(self) -> float:
        with _Line(self._controller) as line:
            return line.read(BRIGHTNESS) / FULL


class _Line:
    """One connection. Not the agent's line to servers, which a blackout cuts: then, too, the wall must be made dark."""

    def __init__(self, controller: NovaStar) -> None:
        self._serial = 0
        try:
            self._socket = socket.create_connection((controller.host, controller.port), timeout=CONNECT)
        except OSError as error:
            said = _("cannot be reached: {reason}")
            raise ControllerFault(said.format(reason=error.strerror or error)) from error

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._socket.close()

    def write(self, register: int, data: bytes) -> None:
        """Write, and hear whether that is refused."""
        self._send(packet(self._next(), register, data))
        with contextlib.suppress(TimeoutError):
            self._answer(time.monotonic() + ACKNOWLEDGE)

    def read(self, register: int) -> int:
        """The byte in a register of the first receiving card."""
        self._send(packet(self._next(), register, None))
        try:
            data = self._answer(time.monotonic() + ANSWER)
        except TimeoutError as error:
            raise ControllerFault(_("does not answer")) from error
        if not data:
            raise ControllerFault(_("gives an answer that is not understood"))
        return data[0]

    def _next(self) -> int:
        self._serial = (self._serial + 1) & 0xFF
        return self._serial

    def _send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(ANSWER)
            self._socket.sendall(data)
        except OSError as error:
            raise ControllerFault(_("has hung up: {reason}").format(reason=error.strerror or error)) from error

    def _answer(self, until: float) -> bytes:
        """The data of the answer to what was sent last. TimeoutError when none comes; a late one to what was sent
        before is passed over."""
        while True:
            whole = self._packet(until)
            if whole[3] == self._serial:
                break
        if whole[2] != 0:
            raise ControllerFault(_("refuses, with the code {code}").format(code=whole[2]))
        return whole[_HEAD:-_SUM]

    def _packet(self, until: float) -> bytes:
        head = self._take(_HEAD + _SUM, until)
        if head[:2] != _TELL:
            raise ControllerFault(_("gives an answer that is not understood"))
        # What was written is acknowledged with its length, but as a rule without the data itself.
        if head[10] == 1 and checksum(head[2:-_SUM]) == head[-_SUM:]:
            return head
        length = int.from_bytes(head[16:18], "little")
        if length > _MOST_DATA:
            raise ControllerFault(_("gives an answer that is not understood"))
        whole = head + self._take(length, until)
        if checksum(whole[2:-_SUM]) != whole[-_SUM:]:
            raise ControllerFault(_("gives an answer with a wrong checksum"))
        return whole

    def _take(self, count: int, until: float) -> bytes:
        taken = b""
        while len(taken) < count:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            try:
                piece = self._socket.recv(count - len(taken))
            except TimeoutError:
                raise
            except OSError as error:
                raise ControllerFault(_("has hung up: {reason}").format(reason=error.strerror or error)) from error
            if not piece:
                raise ControllerFault(_("has hung up: {reason}").format(reason=_("in the middle of an answer")))
            taken += piece
        return taken
