"""How long a film really is."""

import time

from av.packet import Packet
from av.video.stream import VideoStream

from player.config.language import _
from player.core.faults import ContentFault
from player.core.units import SECOND, Span
from player.media.container import nominal_span
from player.media.track import Track

_PATIENCE = 60.0
"""Seconds that reading through a file without an index may take."""

_LAST_STRETCH = Span(3 * SECOND)


def measure(track: Track[VideoStream]) -> Span:
    """The length of the film by the timestamps of its pictures, whatever its header says.

    Reads, but does not decode, from the last key picture; a file that has no index is read whole. Leaves `track`
    somewhere else. Raises ContentFault when there are no pictures, and for a file that takes too long.
    """
    end = _end(track) if track.seek_end() else Span(0)
    # Where there is no index, the first packets after a seek are fragments with wrong times: once more, from earlier.
    track.seek(Span(max(0, end - _LAST_STRETCH)))
    end = _end(track)
    if end <= 0:
        raise ContentFault(_("there is no picture in the film: copy it again, or save it again as MP4 (H.264)"))
    return end


def _end(track: Track[VideoStream]) -> Span:
    """When the last picture from here on ends; 0 when there is none."""
    limit = time.monotonic() + _PATIENCE
    usual = nominal_span(track.stream)
    last: Packet[VideoStream] | None = None
    latest, untimed = Span(-1), 0
    for packet in track.packets():
        if time.monotonic() > limit:
            raise ContentFault(_("the film takes too long to read: save it again as MP4 (H.264)"))
        if packet.size == 0 or packet.is_discard:
            continue
        mark = _mark(packet)
        if mark is None:
            untimed += 1
        elif track.when(mark) > latest:
            last, latest = packet, track.when(mark)
    if last is None:
        return Span(untimed * usual)
    mark = _mark(last)
    return track.when(mark + last.duration) if mark is not None and last.duration else Span(latest + usual)


def _mark(packet: "Packet[VideoStream]") -> int | None:
    return packet.pts if packet.pts is not None else packet.dts
