"""Makes all media of the sample show again: `python docs/sample-show/make.py [name …]`.

Names are those of PARTS below; without one, everything is made. Takes about twenty minutes on two cores.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import blossom
import bridge
import brocade
import corridor
import film
import guide
import market
import summit
import terraces
import waterfall
from PIL import Image

MEDIA = Path(__file__).resolve().parents[2] / "playlists" / "media"


def picture(name: str, paint: Callable[[], Image.Image], quality: int = 90) -> Callable[[], Path]:
    """A maker that paints once and saves for the wall."""

    def make() -> Path:
        target = MEDIA / name
        more = {"method": 6} if target.suffix == ".webp" else {"optimize": True, "progressive": True}
        paint().save(target, quality=quality, **more)
        return target

    return make


PARTS: dict[str, Callable[[], Path]] = {
    "terraces": picture("ruong-bac-thang.jpg", terraces.make),
    "summit": picture("fansipan.jpg", summit.make),
    "bridge": picture("cau-kim-thanh.jpg", bridge.make),
    "market": picture("cho-bac-ha.jpg", market.make, 87),
    "brocade": picture("tho-cam.jpg", brocade.make, 84),
    "waterfall": picture("thac-bac.jpg", waterfall.make, 86),
    "blossom": picture("hoa-dao.jpg", blossom.make),
    "corridor": picture("hanh-lang.webp", corridor.make, 93),
    "guide": lambda: guide.make(MEDIA / "huong-dan.pdf"),
    "film": lambda: film.make(MEDIA / "gioi-thieu.mp4"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], metavar="name", help=", ".join(PARTS))
    names = parser.parse_args().names or list(PARTS)
    MEDIA.mkdir(parents=True, exist_ok=True)
    for name in names:
        start = time.monotonic()
        made = PARTS[name]()
        print(f"{made.name}: {made.stat().st_size / 1e6:.2f} MB, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
