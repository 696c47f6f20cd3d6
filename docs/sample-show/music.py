"""The film's music: plucked strings, a gliding single string and a soft pad, on a pentatonic scale.

Every sound is computed: the plucks after Karplus and Strong ("Digital Synthesis of Plucked-String and Drum Timbres",
1983), the room from decaying noise.
"""

import json
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48000
BEAT = 60 / 72
Sound = NDArray[np.float64]
SCALE = (0, 2, 5, 7, 9)
ROOT = 146.83


def pitch(degree: int) -> float:
    """Hertz of a step of the scale; 0 is D3, 5 an octave higher."""
    octave, step = divmod(degree, 5)
    return float(ROOT * 2 ** (octave + SCALE[step] / 12))


def pluck(hertz: float, seconds: float, random: np.random.Generator, bright: float = 0.55, shake: float = 0.0) -> Sound:
    """A string of steel; `shake` is the depth of the left hand's vibrato, in semitones."""
    period = int(RATE / hertz)
    loop = random.uniform(-1, 1, period)
    for _ in range(round(4 * (1 - bright)) + 1):
        loop = 0.5 * (loop + np.roll(loop, 1))
    loop -= np.roll(loop, max(1, period // 7)) * 0.6
    keep = 0.5 ** (1 / (hertz * 0.62))
    turns = int(seconds * RATE / period) + 3
    out = np.empty(turns * period)
    for turn in range(turns):
        out[turn * period : (turn + 1) * period] = loop
        loop = keep * (0.68 * loop + 0.32 * np.roll(loop, 1))
    time = np.arange(int(seconds * RATE)) / RATE
    wobble = shake * np.clip((time - 0.18) * 3, 0, 1) * np.sin(2 * np.pi * 5.3 * time) * np.exp(-time * 0.9)
    place = np.cumsum(2 ** (wobble / 12)) * (hertz * period / RATE)
    note = np.interp(place, np.arange(len(out)), out, right=0.0)
    return np.asarray(note / (np.max(np.abs(note)) + 1e-9) * np.minimum(1, (seconds - time) / 0.05))


def monochord(start: float, end: float, seconds: float) -> Sound:
    """One string bent by a rod: a glide, then a slow vibrato, almost a voice."""
    time = np.arange(int(seconds * RATE)) / RATE
    slide = end + (start - end) * np.exp(-time / 0.07)
    slide *= 2 ** (0.30 / 12 * np.clip((time - 0.25) * 2, 0, 1) * np.sin(2 * np.pi * 5.0 * time))
    phase = 2 * np.pi * np.cumsum(slide) / RATE
    tone = sum(
        a * np.sin(k * phase) * np.exp(-time * (0.55 + 0.45 * k))
        for k, a in ((1, 1.0), (2, 0.42), (3, 0.18), (4, 0.06))
    )
    return np.asarray(tone * np.minimum(1, time / 0.02) * np.minimum(1, (seconds - time) / 0.12))


def pad(degrees: tuple[int, ...], seconds: float, random: np.random.Generator) -> tuple[Sound, Sound]:
    """Slow strings, left and right a little apart."""
    time = np.arange(int(seconds * RATE)) / RATE
    swell = np.minimum(1, time / 1.6) * np.minimum(1, (seconds - time) / 1.6)
    sides = []
    for _ in range(2):
        total = np.zeros_like(time)
        for degree in degrees:
            for harmonic, strength in ((1, 1.0), (2, 0.34), (3, 0.14), (4, 0.05)):
                off = 2 ** (random.normal(0, 3.5) / 1200)
                drift = 1 + 0.10 * np.sin(2 * np.pi * random.uniform(0.1, 0.3) * time + random.uniform(0, 6))
                total += (
                    strength * drift * np.sin(2 * np.pi * pitch(degree) * harmonic * off * time + random.uniform(0, 6))
                )
        sides.append(total * swell / len(degrees))
    return sides[0], sides[1]


def room(sound: Sound, random: np.random.Generator) -> Sound:
    """What the walls of a valley would add."""
    time = np.arange(int(2.4 * RATE)) / RATE
    tail = random.standard_normal(len(time)) * np.exp(-time / 0.55)
    tail = np.convolve(tail, np.hanning(13) / 6.5, mode="same")
    tail[: int(0.018 * RATE)] = 0
    size = 1 << (len(sound) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail / np.sqrt(np.sum(tail**2)), size), size)
    return np.asarray(wet[: len(sound)])


MELODY = (
    (4.0, 10, 0.9),
    (5.0, 9, 0.8),
    (5.5, 8, 0.7),
    (6.0, 7, 0.9),
    (7.5, 8, 0.6),
    (8.0, 10, 1.0),
    (9.5, 12, 0.8),
    (10.0, 11, 0.8),
    (11.0, 10, 0.7),
    (12.0, 8, 0.9),
    (13.0, 9, 0.7),
    (13.5, 10, 0.7),
    (14.0, 12, 1.0),
    (15.5, 13, 0.7),
    (16.0, 12, 0.9),
    (17.0, 10, 0.8),
    (17.5, 9, 0.7),
    (18.0, 8, 0.9),
    (19.5, 9, 0.6),
    (20.0, 10, 1.0),
    (21.0, 12, 0.8),
    (22.0, 11, 0.8),
    (22.5, 10, 0.7),
    (23.0, 8, 0.8),
    (24.0, 10, 1.0),
)
BENT = (
    (8.0, 9, 10, 2.2),
    (11.0, 11, 10, 1.6),
    (14.0, 11, 12, 2.4),
    (18.0, 9, 8, 2.2),
    (20.0, 9, 10, 2.2),
    (22.0, 12, 11, 1.4),
    (24.0, 9, 10, 3.6),
)
CHORDS = (
    (0, (0, 3, 5)),
    (4, (-2, 2, 5)),
    (8, (0, 3, 7)),
    (12, (-3, 2, 6)),
    (16, (-2, 1, 5)),
    (20, (0, 3, 5)),
    (24, (0, 3, 5, 7)),
)


def compose(seconds: float) -> NDArray[np.float64]:
    """Stereo, (samples, 2), before its loudness is set."""
    random = np.random.default_rng(1999)
    count = int(seconds * RATE)
    dry, wet = np.zeros((count, 2)), np.zeros((count, 2))

    def put(at: float, note: Sound, gain: float, side: float, send: float) -> None:
        start = int(at * RATE)
        note = note[: max(0, count - start)] * gain
        both = np.stack([note * np.sqrt(0.5 - side / 2), note * np.sqrt(0.5 + side / 2)], axis=1)
        dry[start : start + len(note)] += both
        wet[start : start + len(note)] += both * send

    for k in range(11):
        put(0.25 + 0.085 * k, pluck(pitch(k), 3.0, random, 0.7), 0.26 + 0.012 * k, -0.5 + 0.09 * k, 0.7)
    for beat, degree, force in MELODY:
        late = float(random.normal(0, 0.008))
        put(beat * BEAT + 0.5 + late, pluck(pitch(degree), 2.6, random, 0.62, 0.35), 0.42 * force, 0.15, 0.5)
        if beat % 2 == 0:
            put(beat * BEAT + 0.5 - 0.03, pluck(pitch(degree - 5), 2.6, random, 0.5), 0.22 * force, 0.05, 0.5)
    for bar, degrees in CHORDS:
        for k in range(8):
            step = degrees[(0, 1, 2, 1, 2, 1, 0, 1)[k] % len(degrees)] + (5 if k in (2, 4) else 0)
            put(
                (bar + k / 2) * BEAT + 0.5 + float(random.normal(0, 0.006)),
                pluck(pitch(step), 2.2, random, 0.4),
                0.15,
                -0.45,
                0.45,
            )
        left, right = pad(degrees, min(4.9 * BEAT, seconds - bar * BEAT), random)
        start = int(bar * BEAT * RATE)
        size = min(len(left), count - start)
        both = 0.115 * np.stack([left[:size], right[:size]], axis=1)
        dry[start : start + size] += both
        wet[start : start + size] += both * 0.5
    for beat, before, after, long in BENT:
        put(beat * BEAT + 0.5, monochord(pitch(before + 5), pitch(after + 5), long), 0.15, 0.30, 0.9)
    for k in range(9):
        put(seconds - 3.1 + 0.10 * k, pluck(pitch(5 + k), 3.0, random, 0.7), 0.16, 0.5 - 0.1 * k, 0.8)
    echo = np.stack([room(wet[:, 0], random), room(wet[:, 1], random)], axis=1)
    mixed = dry + 0.85 * echo
    time = np.arange(count)[:, None] / RATE
    return np.asarray(mixed * np.minimum(1, time / 0.2) * np.clip((seconds - time) / 1.8, 0, 1))


def save(path: Path, sound: NDArray[np.float64]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def loudness(path: Path) -> float:
    """LUFS, as FFmpeg measures it (EBU R 128)."""
    command = [
        "ffmpeg",
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-af",
        "loudnorm=print_format=json",
        "-f",
        "null",
        "-",
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(json.loads(text[text.rindex("{") :])["input_i"])


def make(path: Path, seconds: float, target: float = -16.0) -> None:
    """A WAV at `target` LUFS, peaks rounded off below full scale."""
    sound = compose(seconds)
    sound /= np.max(np.abs(sound)) * 1.25
    for _ in range(3):
        save(path, sound)
        sound = sound * 10 ** ((target - loudness(path)) / 20)
        loud = np.abs(sound) > 0.6
        sound = np.where(loud, np.sign(sound) * (0.6 + 0.22 * np.tanh((np.abs(sound) - 0.6) / 0.22)), sound)
    save(path, sound)
