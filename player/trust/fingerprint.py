"""Fingerprints as they are read out by telephone: gate and publisher must group the same digits the same way."""

import hashlib


def grouped(digits: str, count: int = 64) -> str:
    """Hexadecimal digits in groups of four, to be read out."""
    return " ".join(digits[at : at + 4] for at in range(0, min(count, len(digits)), 4))


def fingerprint_of(data: bytes) -> str:
    """The SHA-256 of a root of trust in groups of four digits, as it is compared by telephone."""
    return grouped(hashlib.sha256(data).hexdigest())
