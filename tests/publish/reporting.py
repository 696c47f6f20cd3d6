"""Gates that have reported: synthetic heartbeats of the gate's own making, and pictures of walls."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from player.agent.heartbeat import PlayLog, heartbeat
from player.agent.smallpicture import small
from player.agent.vitals import Vitals
from player.config.settings import Config, read_config
from player.library.statusfiles import Report

NAMES = ("Kim Thành", "Hữu Nghị", "Tân Thanh", "Chi Ma", "Mường Khương", "Thanh Thủy", "Lao Bảo", "Cầu Treo",
         "Mộc Bài", "Xa Mát", "Hà Tiên", "Bờ Y", "Tịnh Biên", "Na Mèo", "Tây Trang", "Móng Cái", "Sóc Giang",
         "Trà Lĩnh")  # fmt: skip
SHOWN = (("Ruộng bậc thang Sa Pa", "Giới thiệu Lào Cai"), ("Giờ mở cửa · Opening hours · 开放时间", "Thông báo"),
         ("Lễ hội hoa ban", "Du lịch Tây Bắc"), ("Hàng hóa cấm mang theo", "Hải quan"))  # fmt: skip
NOW = datetime(2026, 11, 25, 11, 46, tzinfo=UTC)


def gate_config(folder: Path, gate: str, title: str) -> Config:
    path = folder / f"{gate}.yaml"
    path.write_text(f"gate: {gate}\ntitle: {title}\nlanguage: en\n", "utf-8")
    config = read_config(path)
    path.unlink()
    return config


def well(number: int, chance: Random) -> tuple[Report, dict[str, Any], Vitals, PlayLog]:
    """What a gate knows of itself that is well."""
    title, playlist = SHOWN[number % len(SHOWN)]
    zones = [
        {"zone": "main", "until": "", "now": {"item": title, "kind": "picture", "playlist": playlist,
                                              "level": "normal"}},
        {"zone": "ticker", "until": "", "now": {"item": "Chào mừng quý khách · 欢迎 · ຍິນດີຕ້ອນຮັບ", "kind": "banner",
                                                "playlist": "Chào mừng", "level": "normal"}},
    ]  # fmt: skip
    wall = {"open": True, "show": {"number": chance.randrange(20, 400)}, "zones": zones, "troubles_in_all": 0}
    central = {"state": "good", "since": "", "checked": NOW.isoformat(), "reason": "", "alerts": [], "blank": False,
               "warnings": [], "awaited": None, "release": {"version": 41, "made": ""}}  # fmt: skip
    vitals = Vitals(NOW.isoformat(), 900_000, "6.1.0", 84 * 10**9, 240 * 10**9, 10**9, 8 * 10**9,
                    round(chance.uniform(41, 58), 1), "synchronised", None)  # fmt: skip
    agent = {"state": "good", "show": 12, "faults": [], "central": central}
    return Report(True, 0.4, wall), agent, vitals, PlayLog(120, 120, 0, 0)


def troubled(number: int, chance: Random) -> tuple[Report, dict[str, Any], Vitals, PlayLog]:
    """Of every kind of trouble some."""
    wall, agent, vitals, log = well(number, chance)
    match number % 7:
        case 0:
            wall = Report(False, 900, wall.said)
        case 1:
            fault = {"file": "/x/playlists/le-hoi.yaml", "line": 12, "column": 9,
                     "message": "media/le-hoi.mp4: no such file; did you mean le-hoi-2026.mp4?"}  # fmt: skip
            agent |= {"state": "faulty", "faults": [fault]}
        case 2:
            vitals = replace(vitals, disk_free=3 * 10**9)
        case 3:
            vitals = replace(vitals, clock="wrong", doubt=-86400.0 * 9000)
        case 4:
            agent["central"] |= {"state": "unreachable", "checked": (NOW - timedelta(days=3)).isoformat()}
            log = PlayLog(120, 111, 9, 0)
        case 5:
            wall.said["zones"][0]["now"] |= {"level": "emergency", "item": "TẠM ĐÓNG CỬA KHẨU", "playlist": "Cảnh báo"}
            agent["central"] |= {"alerts": [{"template": "tam-dong"}]}
            wall.said["troubles_in_all"] = 2
        case 6:
            wall.said["open"] = False
            wall.said["zones"] = []
    return wall, agent, vitals, log


def picture(number: int, chance: Random, photograph: Path | None = None) -> bytes:
    """A preview of a wall as a gate sends it."""
    if photograph:
        with Image.open(photograph) as whole:
            left = chance.randrange(0, max(1, whole.width // 3))
            image = whole.convert("RGB").crop((left, 0, left + whole.width * 2 // 3, whole.height)).resize((480, 270))
    else:
        image = Image.effect_noise((480, 270), 60).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 240, 480, 270), fill=tuple(chance.randrange(30, 150) for _colour in range(3)))
    draw.text((12 + number % 200, 246), "Chao mung quy khach", fill="white")
    path = Path(f"/dev/shm/gateplayer-{os.getpid()}.jpg")
    image.save(path, quality=80)
    data = small(path.read_bytes())
    path.unlink()
    return data


def fill(reports: Path, count: int, photographs: tuple[Path, ...] = ()) -> list[str]:
    """Reports of so many gates; one in nine has a trouble, one in fifty is lost. Their ids."""
    chance = Random(9)
    reports.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).timestamp()
    ids = []
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        gate = f"cua-khau-{number + 1}"
        title = f"Cửa khẩu {name}" + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
        known = troubled(number // 9, chance) if number % 9 == 4 else well(number, chance)
        place = reports / gate
        place.mkdir()
        (place / "heartbeat.json").write_bytes(heartbeat(gate_config(reports, gate, title), *known))
        photograph = photographs[number % len(photographs)] if photographs else None
        (place / "preview.jpg").write_bytes(picture(number, chance, photograph))
        came = now - (86_400 * 2 if number % 50 == 7 else chance.uniform(2, 55))
        os.utime(place / "heartbeat.json", (came, came))
        ids.append(gate)
    return ids


def said(reports: Path, gate: str) -> dict[str, Any]:
    value = json.loads((reports / gate / "heartbeat.json").read_bytes())
    assert isinstance(value, dict)
    return value
