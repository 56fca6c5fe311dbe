"""RELAX NG by libxml2, which most machines have; asked through ctypes, so that nothing has to be installed for it."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import cache
from pathlib import Path

import pytest

ATOM = Path(__file__).with_name("atom.rng")
QUIET = 1 << 5 | 1 << 6  # XML_PARSE_NOERROR, XML_PARSE_NOWARNING


@cache
def _library() -> ctypes.CDLL:
    name = find_library("xml2")
    if name is None:
        pytest.skip("No libxml2 is found, so no schema is asked (Debian: apt-get install libxml2)")
    library = ctypes.CDLL(name)
    for function in (
        "xmlReadMemory",
        "xmlRelaxNGNewMemParserCtxt",
        "xmlRelaxNGParse",
        "xmlRelaxNGNewValidCtxt",
    ):
        getattr(library, function).restype = ctypes.c_void_p
    return library


@cache
def _atom() -> ctypes.c_void_p:
    library, text = _library(), ATOM.read_bytes()
    parser = ctypes.c_void_p(library.xmlRelaxNGNewMemParserCtxt(text, len(text)))
    schema = ctypes.c_void_p(library.xmlRelaxNGParse(parser))
    library.xmlRelaxNGFreeParserCtxt(parser)
    assert schema.value, "the schema itself cannot be read"
    return schema


def is_valid_atom(body: bytes) -> bool:
    """Whether a document is one by the schema of RFC 4287; skips the test where nobody can say."""
    library, schema = _library(), _atom()
    document = ctypes.c_void_p(library.xmlReadMemory(body, len(body), None, None, QUIET))
    if not document.value:
        return False
    asking = ctypes.c_void_p(library.xmlRelaxNGNewValidCtxt(schema))
    try:
        return bool(library.xmlRelaxNGValidateDoc(asking, document) == 0)
    finally:
        library.xmlRelaxNGFreeValidCtxt(asking)
        library.xmlFreeDoc(document)
