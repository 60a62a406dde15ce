"""Verifies an exported audit log without the server: order, hashes, signed digests.

    python verify_audit_export.py FOLDER --key PUBLIC_KEY_HEX [--key ...]

FOLDER holds events.jsonl (from `manage.py export_audit`, or an unfiltered export of the page) and digests/*.json (from
the same command, or from `tagora-audit/` in the tenant's bucket: better, since that is where nobody who changed the
database could change them, too). `manage.py verify_audit --public-key` prints the keys; note them when you can trust
them. Needs Python 3.9 or newer and the package `cryptography`. Ends with 1 and names the first bad event.

An event is one line of JSON. Its hash is SHA-256 over the hash of the event before it (32 bytes; zeros before the first
one) and the UTF-8 bytes of the line without `hash` and `prev_hash`, keys sorted, no blanks. A digest's signature is
Ed25519 over the JSON of `digest`, keys sorted, no blanks.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Findings:
    def __init__(self):
        self.found = []

    def add(self, seq, text):
        self.found.append((seq, text))


def read_events(path, findings):
    """The events in the order of the chain."""
    events = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                event = json.loads(line)
                int(event["seq"]), bytes.fromhex(event["hash"]), bytes.fromhex(event["prev_hash"])
            except (ValueError, KeyError, TypeError):
                findings.add(0, f"line {number} is not an event with its place in the chain")
                continue
            events.append(event)
    return sorted(events, key=lambda event: event["seq"])


def check_events(events, start, findings):
    """Goes along the chain from `start` (seq, hash); returns the hash at every place."""
    hashes = dict([start] if start[1] else [])
    seq, previous = start
    for event in events:
        if event["seq"] <= seq:
            findings.add(event["seq"], f"event {event['seq']} is there twice")
            continue
        if event["seq"] != seq + 1:
            findings.add(seq + 1, f"events {seq + 1} to {event['seq'] - 1} are missing")
            previous = b""
        before = previous or bytes.fromhex(event["prev_hash"])
        trace = {key: value for key, value in event.items() if key not in ("hash", "prev_hash")}
        if event.get("missing"):
            findings.add(event["seq"], f"event {event['seq']} was missing when the log was exported")
        elif hashlib.sha256(before + canonical(trace)).hexdigest() != event["hash"]:
            findings.add(event["seq"], f"event {event['seq']} is not what was sealed")
        seq, previous = event["seq"], bytes.fromhex(event["hash"])
        hashes[seq] = previous
    return seq, hashes


def read_digests(folder, keys, findings):
    """The digests that one of the keys signed, by number."""
    known = {}
    for path in sorted(folder.glob("*.json")):
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
            digest, signature = given["digest"], bytes.fromhex(given["signature"])
            number = int(digest["number"])
        except (ValueError, KeyError, TypeError):
            findings.add(0, f"{path.name} is not a digest")
            continue
        if not any(signed(key, signature, canonical(digest)) for key in keys):
            findings.add(int(digest["first_seq"]), f"{path.name} was not signed with a key that is believed")
        elif number in known and known[number][1] != given["signature"]:
            findings.add(int(digest["first_seq"]), f"digest {number} is there twice: the log has two histories")
        else:
            known[number] = (digest, given["signature"])
    return known


def signed(key, signature, content):
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def check_digests(known, last, hashes, findings):
    """Each digest follows the one before it, and is true of the events."""
    number, signature, end = 0, "", 0
    for this, (digest, own) in sorted(known.items()):
        if this != number + 1:
            findings.add(end + 1, f"digests {number + 1} to {this - 1} are missing")
        elif digest["previous"] != signature:
            findings.add(digest["first_seq"], f"digest {this} does not follow the one before it")
        if digest["kind"] == "span":
            if digest["first_seq"] != end + 1:
                findings.add(end + 1, f"no digest covers events {end + 1} to {digest['first_seq'] - 1}")
            end = digest["last_seq"]
        if digest["last_seq"] > last:
            findings.add(last + 1, f"digest {this} knows {digest['last_seq']} events, the log ends at {last}")
        elif hashes.get(digest["last_seq"], b"").hex() not in ("", digest["last_hash"]):
            findings.add(digest["first_seq"], f"digest {this} knows another event {digest['last_seq']}")
        number, signature = this, own
    return end


def beginning(known):
    """Where the events begin: after what was purged, or at the very first."""
    purges = [digest for digest, _signature in known.values() if digest["kind"] == "purge"]
    if purges:
        purged = max(purges, key=lambda digest: digest["last_seq"])
        return purged["last_seq"], bytes.fromhex(purged["last_hash"])
    return 0, bytes(32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", required=True, help="public key, 64 hexadecimal digits")
    parser.add_argument("--digests", type=Path, help="another folder of digests")
    options = parser.parse_args()
    keys = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in options.key]
    findings = Findings()
    known = read_digests(options.digests or options.folder / "digests", keys, findings)
    events = read_events(options.folder / "events.jsonl", findings)
    last, hashes = check_events(events, beginning(known), findings)
    covered = check_digests(known, last, hashes, findings)
    print(f"{len(events)} events up to {last}, {len(known)} digests that cover {covered}")
    for seq, text in sorted(findings.found):
        print(f"{seq}: {text}")
    if findings.found:
        print(f"NOT WHOLE, first bad event: {min(findings.found)[0]}")
        return 1
    print("whole")
    return 0


if __name__ == "__main__":
    sys.exit(main())
