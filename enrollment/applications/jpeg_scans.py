"""How many times a JPEG goes over its picture, read from its markers alone. Pure.

A decoder holds a picture of several scans whole, at its full size, however small it is asked to draw it; and nothing
but the file says how often it is gone over. Neither shows in width and height.
"""

import re

START_OF_SCAN, END_OF_PICTURE = 0xDA, 0xD9
# Markers without a length: a lone one (TEM), restarts, the picture's start.
BARE = {0x01, *range(0xD0, 0xD9)}
# Of frames, those of one scan where the scan holds all of the picture's parts: baseline and extended.
SEQUENTIAL = {0xC0, 0xC1}
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# What ends a scan: a marker that is neither a byte of the picture (00) nor a restart.
_NEXT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)


def scans_of(content: bytes, most: int) -> int:
    """Return how many scans the picture has; more than ``most`` are not counted further.

    At least two where the first one does not hold the whole picture: more must come, wherever they stand.
    """
    scans, parts, sequential, place = 0, 0, True, 2
    while scans <= most and (found := _NEXT.search(content, place)):
        marker, place = content[found.end() - 1], found.end()
        if marker == END_OF_PICTURE:
            break
        if marker in BARE:
            continue
        length = int.from_bytes(content[place : place + 2])
        if marker in FRAMES:
            sequential, parts = marker in SEQUENTIAL, content[place + 7] if place + 7 < len(content) else 0
        if marker == START_OF_SCAN:
            scans += 1
            sequential = sequential and content[place + 2 : place + 3] == bytes([parts])
        place += max(length, 2)
    return scans if sequential else max(scans, 2)
