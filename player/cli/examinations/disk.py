"""The disk: can it be written, is there room, how worn is it, has it failed?"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from player.cli.examinations.asking import asked, may, number, player_of, text
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _

ENOUGH, LITTLE = 5 << 30, 1 << 30
"""Bytes free: below the first is a warning, below the second is bad."""

_WORN, _SPENT = 70, 90
"""Per cent of the life of a flash disk that are used up."""

_VIRTUAL = ("vd", "loop", "zram", "xvd", "ram")


def room(gate: Gate) -> Iterator[Finding]:
    """A state folder that can be written, with room."""
    what, state, user = _("state folder"), gate.state, player_of(gate)
    here = _nearest(state)
    if "ro" in _options(gate, here):
        advice = _("has the disk failed? look at dmesg; if not: mount -o remount,rw {folder}")
        yield bad(what, _("{folder} is mounted read-only").format(folder=here), advice.format(folder=here))
        return
    reason = _unwritable(here) if may(user, here, os.W_OK) else _("no right for {user}").format(user=user)
    if reason:
        found = _("{folder} cannot be written: {reason}").format(folder=here, reason=reason)
        yield bad(what, found, _("give this user the right to write there, or change state: in config.yaml"))
        return
    disk, files = shutil.disk_usage(here), os.statvfs(here)
    found = _("{free:.1f} of {total:.0f} GB free in {folder}")
    found = found.format(free=disk.free / 1e9, total=disk.total / 1e9, folder=state)
    advice = _("delete files that are not needed, or put in a larger disk")
    if files.f_files and files.f_favail < files.f_files // 100:
        yield warning(what, _("{found}, but hardly any file more can be made").format(found=found), advice)
    elif disk.free >= ENOUGH:
        yield good(what, found)
    else:
        yield warning(what, found, advice) if disk.free >= LITTLE else bad(what, found, advice)


def wear(gate: Gate) -> Iterator[Finding]:
    """How much of its life a flash disk has behind it, by what it says itself, and whether writes have failed."""
    what, device = _("wear"), _device(gate, _nearest(gate.state))
    if device is None or device.name.startswith(_VIRTUAL):
        return
    yield from _failures(gate, device)
    used = _emmc(device)
    if used is not None:
        yield _judged(what, device.name, used)
        return
    said = asked("smartctl", "-j", "-H", "-A", f"/dev/{device.name}")
    if said is None:
        advice = _("so that the disk can tell: apt-get install smartmontools")
        yield warning(what, _("{disk} is not asked").format(disk=device.name), advice)
        return
    yield from _smart(what, device.name, said)


def _smart(what: str, name: str, said: str) -> Iterator[Finding]:
    try:
        told = json.loads(said)
    except ValueError:
        told = {}
    if told.get("smart_status", {}).get("passed") is False:
        yield bad(what, _("{disk} says that it is about to fail").format(disk=name), _replace())
        return
    used = _life(told)
    if used is not None:
        yield _judged(what, name, used)
    elif "smart_status" in told:
        yield good(what, _("{disk} says that it is well").format(disk=name))
    else:
        # Asking needs rights that a technician has.
        advice = _("to see it: sudo gateplayer doctor")
        yield warning(what, _("{disk} does not tell").format(disk=name), advice)


def _life(told: dict[str, Any]) -> int | None:
    """The per cent of its life that a disk has used, from what smartctl tells of NVMe and of SATA."""
    used = told.get("nvme_smart_health_information_log", {}).get("percentage_used")
    if isinstance(used, int):
        return used
    # What is left of it, from 100 down, under the names that the makers give it.
    left = ("Wear_Leveling_Count", "Media_Wearout_Indicator", "SSD_Life_Left", "Percent_Lifetime_Remain")
    for row in told.get("ata_smart_attributes", {}).get("table", []):
        if row.get("name") in left and isinstance(row.get("value"), int):
            return 100 - min(100, int(row["value"]))
    return None


def _emmc(device: Path) -> int | None:
    """eMMC tells its life in tenths, one number for each kind of memory: 0x0B is beyond its end."""
    words = text(device / "device/life_time").split()
    most = max((int(word, 16) for word in words if word.startswith("0x")), default=0)
    return min(100, 10 * most) if most else None


def _judged(what: str, name: str, used: int) -> Finding:
    found = _("{disk} has used {used} % of its life").format(disk=name, used=used)
    if used < _WORN:
        return good(what, found)
    return warning(what, found, _replace()) if used < _SPENT else bad(what, found, _replace())


def _replace() -> str:
    return _("copy the state folder and put in a new disk soon")


def _failures(gate: Gate, device: Path) -> Iterator[Finding]:
    what = _("disk errors")
    counted = sum(number(path) or 0 for path in (gate.root / "sys/fs/ext4").glob(f"{device.name}*/errors_count"))
    failed = number(device / "device/ioerr_cnt") or 0
    if counted:
        found = _("the file system on {disk} has noted {count} errors").format(disk=device.name, count=counted)
        yield bad(what, found, _("have it checked at the next start (fsck.mode=force), and replace the disk"))
    elif failed > 10:
        # A few are answers to questions that the disk does not know.
        found = _("{count} orders to {disk} have failed").format(count=failed, disk=device.name)
        yield warning(what, found, _("look at dmesg and at the cable; replace the disk if it goes on"))
    else:
        yield good(what, _("none"))


def _nearest(state: Path) -> Path:
    return next(folder for folder in (state, *state.parents) if folder.exists())


def _unwritable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            os.fsync(probe.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _options(gate: Gate, folder: Path) -> list[str]:
    """The options by which the file system of a folder is mounted."""
    where = folder.resolve()
    best, found = -1, ""
    for line in text(gate.root / "proc/mounts").splitlines():
        place, options = Path(line.split()[1].replace("\\040", " ")), line.split()[3]
        if where.is_relative_to(place) and len(place.parts) >= best:
            best, found = len(place.parts), options
    return found.split(",")


def _device(gate: Gate, folder: Path) -> Path | None:
    """The folder in /sys of the whole disk that a folder lies on; None where there is none, as in memory."""
    status = folder.stat()
    link = gate.root / f"sys/dev/block/{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    if not link.exists():
        return None
    device = link.resolve()
    device = device.parent if (device / "partition").exists() else device
    below = sorted((device / "slaves").glob("*")) if (device / "slaves").is_dir() else []
    return below[0].resolve() if below else device
