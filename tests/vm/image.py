"""The disk of a gate's PC as its technician leaves it: a bare Debian with its kernel, the package from the stick,
settings, playlists. Made once, then only read; $GATEPLAYER_VM names a folder where it is kept from one run to the
next; after a change of the program that is to be removed.
"""

import lzma
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.install.machine import STICK, Machine, built_package, run
from tests.vm.gate import CONFIG, PLAYLIST, make_local_pictures

SIZE = "6G"
LABEL, TOOLS_LABEL = "gate", "tools"
TOOLS = "/opt/vm"
"""Where the tests' own disk is mounted."""

FSTAB = f"""\
LABEL={LABEL} / ext4 errors=remount-ro 0 1
LABEL={TOOLS_LABEL} {TOOLS} ext4 ro 0 0
"""
NETWORK = """\
[Match]
Driver=virtio_net
[Network]
Address=10.0.2.15/24
LinkLocalAddressing=no
"""
WITNESS = f"""\
[Unit]
RequiresMountsFor={TOOLS} /var/lib/gateplayer
Before=gateplayer-wall.service gateplayer-agent.service
[Service]
Type=notify
ExecStart=/usr/bin/python3 {TOOLS}/witness.py
Nice=-15
[Install]
WantedBy=gateplayer.target
"""
OPERATOR = f"""\
[Unit]
RequiresMountsFor={TOOLS}
[Service]
User=truc
UMask=0002
ExecStart=/bin/bash {TOOLS}/operator.sh
[Install]
WantedBy=multi-user.target
"""
SLOW = "[Service]\nTimeoutStartSec=15min\nWatchdogSec=2min\n"
"""What takes a second on a PC takes half a minute on one that is emulated beside other work."""

MODULES = "virtio_pci\nvirtio_blk\next4\ncrc32c_generic\n"
NOT_NEEDED = ("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer")


@dataclass(frozen=True)
class Image:
    """The folder with the disk, and with what is handed to qemu beside it."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.ext4"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinux"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd.img"


def image(scratch: Path) -> Image:
    """The one that is kept, or one that is made now."""
    kept = os.environ.get("GATEPLAYER_VM")
    made = Image(Path(kept) if kept else scratch / "image")
    if not made.disk.exists():
        _make(made, scratch)
    return made


def _make(made: Image, scratch: Path) -> None:
    machine = Machine.make(scratch / "machine", "linux-image-amd64", "initramfs-tools", "zstd")
    _install(machine, built_package(scratch))
    _settle_in(machine)
    made.folder.mkdir(parents=True, exist_ok=True)
    boot = machine.path("/boot")
    made.kernel.write_bytes(_unpacked(next(boot.glob("vmlinuz-*")).read_bytes()))
    shutil.copy(next(boot.glob("initrd.img-*")), made.initrd)
    partial = made.disk.with_suffix(".new")
    make_file_system(machine.root, partial, LABEL, SIZE)
    partial.rename(made.disk)
    run("rm", "-rf", "--one-file-system", str(scratch / "machine"))


def _unpacked(kernel: bytes) -> bytes:
    """The kernel within what a boot loader is given: emulated, it would unpack itself for ten seconds."""
    return lzma.LZMADecompressor().decompress(kernel[kernel.index(b"\xfd7zXZ\0") :])


def make_file_system(folder: Path, path: Path, label: str, size: str) -> None:
    """A file system with what is in `folder`, in a file that takes no more room than that."""
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-L", label, "-d", str(folder), str(path), size)


def _install(machine: Machine, package: Path) -> None:
    machine.offer(package)
    machine.enter("sh", f"{STICK}/cai-dat.sh")


def _settle_in(machine: Machine) -> None:
    """Sections 5 to 9 of docs/technicians, and the tests' own services."""
    for name, text in {
        "/etc/fstab": FSTAB,
        "/etc/hostname": "kim-thanh-2\n",
        "/etc/gateplayer/config.yaml": CONFIG,
        "/etc/systemd/network/wall.network": NETWORK,
        "/etc/systemd/system/vm-witness.service": WITNESS,
        "/etc/systemd/system/vm-operator.service": OPERATOR,
        "/etc/systemd/system/gateplayer-wall.service.d/slow.conf": SLOW,
        "/etc/initramfs-tools/conf.d/few": "MODULES=list\n",
        "/etc/initramfs-tools/modules": MODULES,
        "/srv/gateplayer/playlists/cho.yaml": PLAYLIST,
    }.items():
        machine.path(name).parent.mkdir(exist_ok=True)
        machine.path(name).write_text(text)
    make_local_pictures(machine.path("/srv/gateplayer/playlists"))
    machine.path(TOOLS).mkdir()
    machine.enter("useradd", "--groups", "gateplayer-inbox", "truc")
    machine.enter("systemctl", "enable", "systemd-networkd", "vm-witness", "vm-operator")
    machine.enter("systemctl", "mask", "systemd-networkd-wait-online.service", *NOT_NEEDED)
    machine.enter("update-initramfs", "-u")
