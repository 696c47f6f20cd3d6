"""A private key encrypted with a passphrase, as a standard PKCS#8 file that any tool reads (RFC 5958, RFC 8018: PBES2).

The library that reads these files writes them with 2,048 rounds only, which keep nobody out for long; so the few bytes
around what it encrypts are put together here.
"""

import base64
import os
import textwrap

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

_SEQUENCE, _INTEGER, _OCTETS, _NULL, _OID = 0x30, 0x02, 0x04, 0x05, 0x06
_PBES2, _PBKDF2 = bytes.fromhex("2a864886f70d01050d"), bytes.fromhex("2a864886f70d01050c")
_HMAC_SHA256, _AES256_CBC = bytes.fromhex("2a864886f70d0209"), bytes.fromhex("60864801650304012a")
_KEY, _BLOCK = 32, 16


def encrypted(plain: bytes, passphrase: str, rounds: int) -> bytes:
    """The PEM of an unencrypted PKCS#8 structure in DER, encrypted with AES-256 under PBKDF2 of so many rounds."""
    salt, vector = os.urandom(_BLOCK), os.urandom(_BLOCK)
    key = PBKDF2HMAC(hashes.SHA256(), _KEY, salt, rounds).derive(passphrase.encode())
    padder, encryptor = PKCS7(8 * _BLOCK).padder(), Cipher(AES(key), CBC(vector)).encryptor()
    hidden = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    prf = _part(_SEQUENCE, _part(_OID, _HMAC_SHA256), _part(_NULL))
    derivation = _part(_SEQUENCE, _part(_OCTETS, salt), _part(_INTEGER, _number(rounds)), prf)
    derivation = _part(_SEQUENCE, _part(_OID, _PBKDF2), derivation)
    cipher = _part(_SEQUENCE, _part(_OID, _AES256_CBC), _part(_OCTETS, vector))
    scheme = _part(_SEQUENCE, _part(_OID, _PBES2), _part(_SEQUENCE, derivation, cipher))
    text = base64.b64encode(_part(_SEQUENCE, scheme, _part(_OCTETS, hidden))).decode()
    lines = "\n".join(textwrap.wrap(text, 64))
    return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{lines}\n-----END ENCRYPTED PRIVATE KEY-----\n".encode()


def _part(tag: int, *content: bytes) -> bytes:
    """One element of DER."""
    body = b"".join(content)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = _number(len(body)).lstrip(b"\0")
    return bytes((tag, 0x80 | len(length))) + length + body


def _number(value: int) -> bytes:
    """A positive number, with room for its sign."""
    return value.to_bytes(value.bit_length() // 8 + 1)
