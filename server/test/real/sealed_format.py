"""The format of sealed files once more, written from docs/file-format.md alone with Python's `cryptography`.

sealed_format.py vectors                  the test vectors, as JSON
sealed_format.py seal FILE.json IN OUT    seals IN as the JSON says, wraps its key, and prints the wrapped key
sealed_format.py open FILE.json IN OUT    opens what was sealed; exit code 1 where it is not what it should be
"""

import hashlib
import json
import struct
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEGMENT = 64 * 1024
PART_SEGMENTS = 128
TAG = 16


def hkdf(secret, salt, info):
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info.encode()).derive(secret)


def key_name(master):
    return hashlib.sha256(hkdf(master, b"cobench", "name")).digest()[:6].hex()


def user_key(master, org_id, owner_id):
    info = f"cobench user key v1|{key_name(master)}|{org_id}|{owner_id}"
    return hkdf(master, org_id.encode(), info)


def bound_to(file):
    return f"cobench file key v1|{file['orgId']}|{file['fileId']}|{file['version']}".encode()


def wrap(file, key, nonce):
    wrapping = user_key(bytes.fromhex(file["masterKey"]), file["orgId"], file["ownerId"])
    return nonce + AESGCM(wrapping).encrypt(nonce, key, bound_to(file))


def unwrap(file, wrapped):
    wrapping = user_key(bytes.fromhex(file["masterKey"]), file["orgId"], file["ownerId"])
    return AESGCM(wrapping).decrypt(wrapped[:12], wrapped[12:], bound_to(file))


def header(file):
    ids = uuid.UUID(file["orgId"]).bytes + uuid.UUID(file["fileId"]).bytes
    return struct.pack(">8sIII32sQI", b"COBENCH\0", 1, SEGMENT, PART_SEGMENTS, ids, file["version"], 0)


def pass_key(key, salt, from_part):
    return hkdf(key, salt, f"cobench pass v1|{from_part}")


def pass_of(file, part):
    return [one for one in file["passes"] if one["fromPart"] <= part][-1]


def nonce_of(index, is_last):
    return struct.pack(">7xIB", index, 1 if is_last else 0)


def seal(file, key, plain):
    sealed = [header(file)]
    segments = max(1, -(-len(plain) // SEGMENT))
    for index in range(segments):
        if index % PART_SEGMENTS == 0:
            one = pass_of(file, index // PART_SEGMENTS)
            salt = bytes.fromhex(one["salt"])
            cipher = AESGCM(pass_key(key, salt, one["fromPart"]))
            sealed.append(salt)
        segment = plain[index * SEGMENT : (index + 1) * SEGMENT]
        sealed.append(cipher.encrypt(nonce_of(index, index == segments - 1), segment, sealed[0]))
    return b"".join(sealed)


def open_sealed(file, key, sealed):
    if sealed[:64] != header(file):
        raise ValueError("another header")
    plain, at, index = [], 64, 0
    while at < len(sealed):
        if index % PART_SEGMENTS == 0:
            one = pass_of(file, index // PART_SEGMENTS)
            salt = bytes.fromhex(one["salt"])
            if sealed[at : at + 16] != salt:
                raise ValueError("another salt")
            cipher = AESGCM(pass_key(key, salt, one["fromPart"]))
            at += 16
        segment = sealed[at : at + SEGMENT + TAG]
        at += len(segment)
        plain.append(cipher.decrypt(nonce_of(index, at == len(sealed)), segment, sealed[:64]))
        index += 1
    return b"".join(plain)


def pattern(size):
    """The plain bytes of the vectors: 0, 1, … 250, 0, 1, …"""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def vectors():
    file = {
        "masterKey": "".join(f"{byte:02x}" for byte in range(32)),
        "orgId": "0199c3a0-0000-7000-8000-000000000001",
        "ownerId": "0199c3a0-0000-7000-8000-000000000002",
        "fileId": "0199c3a0-0000-7000-8000-000000000003",
        "version": 7,
    }
    master = bytes.fromhex(file["masterKey"])
    key, nonce = bytes(range(64, 96)), bytes(range(12))
    salts = [bytes(range(16)).hex(), bytes(range(16, 32)).hex()]
    first, second = ({"fromPart": at, "salt": salt} for at, salt in enumerate(salts))
    cases = [
        (0, [first]),
        (5, [first]),
        (SEGMENT, [first]),
        (2 * SEGMENT + 1, [first]),
        (PART_SEGMENTS * SEGMENT + 5, [first]),
        (PART_SEGMENTS * SEGMENT + SEGMENT + 5, [first, second]),
    ]
    objects = []
    for size, passes in cases:
        sealed = seal({**file, "passes": passes}, key, pattern(size))
        whole = {"object": sealed.hex()} if len(sealed) < 200 else {}
        digest = hashlib.sha256(sealed).hexdigest()
        objects.append({"size": size, "passes": passes, "objectSize": len(sealed), "objectSha256": digest, **whole})
    return {
        "file": file,
        "keyName": key_name(master),
        "userKey": user_key(master, file["orgId"], file["ownerId"]).hex(),
        "fileKey": key.hex(),
        "wrappedKey": wrap(file, key, nonce).hex(),
        "passKeys": [pass_key(key, bytes.fromhex(salt), at).hex() for at, salt in enumerate(salts)],
        "header": header(file).hex(),
        "objects": objects,
    }


def main(command, *names):
    if command == "vectors":
        print(json.dumps(vectors(), indent=2))
        return
    with open(names[0]) as described, open(names[1], "rb") as source:
        file, given = json.load(described), source.read()
    if command == "seal":
        key, nonce = bytes.fromhex(file["fileKey"]), bytes.fromhex(file["wrapNonce"])
        made = seal(file, key, given)
        print(wrap(file, key, nonce).hex())
    else:
        made = open_sealed(file, unwrap(file, bytes.fromhex(file["wrappedKey"])), given)
    with open(names[2], "wb") as target:
        target.write(made)


try:
    main(*sys.argv[1:])
except (InvalidTag, ValueError) as refused:
    sys.exit(f"refused: {refused!r}")
