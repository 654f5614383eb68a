"""What an archive would become if somebody unpacked it, found without ever keeping more than a piece of it.

Word, Excel, PowerPoint and OFD files are ZIP archives, and a few kilobytes can claim to be terabytes. What an archive
says about itself is believed only where it speaks against it; then each member is unpacked piece by piece and thrown
away, up to a limit for all of them together.
"""

import os
import struct
import tempfile
import zipfile
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ["check_archive", "members"]

MEGABYTE = 1024 * 1024
#: Bytes of everything in an archive and in the archives within it. A workbook of a million rows has 200 MB.
UNPACKED = 400 * MEGABYTE
MEMBERS = 10_000
#: A presentation holds workbooks behind its charts; theirs hold nothing more.
DEPTH = 3
PIECE = 256 * 1024

SIGNATURE = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"
#: What a local header has before the name: its length, and where the lengths of name and extra field are.
LOCAL_HEADER = struct.Struct("<26xHH")
STORED, DEFLATED, ENCRYPTED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, 0x1


def check_archive(file):
    """Raise ValidationError where the open ZIP ``file`` is damaged, locked, or unpacks to more than is bearable.

    Returns the names of its members.
    """
    budget = Budget()
    found = members(file)
    unpack(file, found, budget, depth=1)
    return {member.filename for member in found}


class Budget:
    """Bytes and members that may still be met, in an archive and in all that it holds."""

    def __init__(self):
        self.bytes, self.members = UNPACKED, MEMBERS

    def spend(self, bytes=0, members=0):
        self.bytes -= bytes
        self.members -= members
        if self.bytes < 0 or self.members < 0:
            raise bomb()


def members(file):
    """The entries of the archive's directory. Raises ValidationError where it cannot be read or is endless."""
    if entries(file) > MEMBERS:  # before it is read: each becomes an object of a kilobyte
        raise bomb()
    try:
        return zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error) as error:
        raise damaged() from error


def entries(file):
    """How many entries the directory can have at most: the signs with which one begins."""
    file.seek(0)
    count, end = 0, b""
    while piece := file.read(PIECE):
        count += (end + piece).count(ENTRY)
        end = piece[-len(ENTRY) + 1 :]
    return count


def unpack(file, found, budget, depth):
    """Go through all members. Where one claims more than is left, or two share the same bytes, nothing is unpacked."""
    if depth > DEPTH:
        raise bomb()
    budget.spend(members=len(found))
    if sum(member.file_size for member in found) > budget.bytes:
        raise bomb()
    if sum(member.compress_size for member in found) > file.seek(0, os.SEEK_END):
        raise damaged()
    for member in found:
        unpack_member(file, member, budget, depth)


def unpack_member(file, member, budget, depth):
    """Go through what ``member`` really holds; an archive in it is gone through as well."""
    size, kept = 0, None
    with tempfile.SpooledTemporaryFile(MEGABYTE) as inner:
        for piece in pieces(file, member):
            budget.spend(bytes=len(piece))
            if size == 0 and piece.startswith(SIGNATURE):
                kept = inner
            size += len(piece)
            if kept:
                kept.write(piece)
        if size != member.file_size:
            raise damaged()
        if kept:
            unpack(kept, members(kept), budget, depth + 1)


def pieces(file, member):
    """Yield the content of ``member`` in pieces of at most PIECE bytes, whatever sizes its headers claim."""
    if member.flag_bits & ENCRYPTED:
        raise ValidationError(_("The file is locked by a password. Save it without and upload that."), code="password")
    if member.compress_type not in {STORED, DEFLATED}:  # no office program writes anything else
        raise damaged()
    file.seek(start_of(file, member))
    left, inflate = member.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (packed := file.read(min(PIECE, left))):
        left -= len(packed)
        if member.compress_type == STORED:
            yield packed
        else:
            yield from inflated(inflate, packed)
    if left or not (inflate.eof or member.compress_type == STORED):
        raise damaged()


def inflated(inflate, packed):
    piece = None
    while piece is None or len(piece) == PIECE:  # more may be waiting, even where all that was packed is taken in
        try:
            piece = inflate.decompress(packed, PIECE)
        except zlib.error as error:
            raise damaged() from error
        packed = inflate.unconsumed_tail
        if piece:
            yield piece


def start_of(file, member):
    """Where the packed bytes of ``member`` begin."""
    if member.header_offset < 0:
        raise damaged()
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if not header.startswith(SIGNATURE) or len(header) < LOCAL_HEADER.size:
        raise damaged()
    name, extra = LOCAL_HEADER.unpack(header)
    return member.header_offset + LOCAL_HEADER.size + name + extra


def damaged():
    return ValidationError(_("The file is damaged or not complete. Save it anew and upload that."), code="damaged")


def bomb():
    return ValidationError(
        _("Unpacked, the file is larger than %(limit)d MB or holds too many parts. Divide it and upload the parts.")
        % {"limit": UNPACKED // MEGABYTE},
        code="unpacked",
    )
