"""XML texts of a corpus, such as TEI files beside a TXM `metadata.csv`.

`read_xml(data)` gives the fields of one article: paragraphs, lines of verse and headings of the text, title and day of
the header. Entities are not expanded and nothing is fetched.
"""

from __future__ import annotations

from pipeline.model.article import DepecheError
from pipeline.reading.blocks import Element

_PARTS = frozenset(("p", "ab", "l", "head", "item", "u", "seg", "lg"))


def read_xml(data: bytes) -> dict[str, str]:
    """Title, day and text of an XML file. Raises DepecheError when it is not well-formed or nested too deeply.

    >>> read_xml(b"<TEI><text><body><head>Vote</head><p>Oui.</p></body></text></TEI>")["text"]
    'Vote\\n\\nOui.'
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DepecheError(f"not well-formed XML ({error.msg})") from error
    text = next((e for e in root.iter() if _name(e) in ("text", "body")), root)
    parts = [
        e for e in text.iter() if _name(e) in _PARTS and not any(_name(c) in _PARTS for c in e.iter() if c is not e)
    ]
    paragraphs = [" ".join("".join(e.itertext()).split()) for e in parts]
    title = next((e for e in root.iter() if _name(e) == "title"), None)
    day = next((e for e in root.iter() if _name(e) == "date"), None)
    found = {
        "title": "" if title is None else " ".join("".join(title.itertext()).split()),
        "published": "" if day is None else day.get("when") or "".join(day.itertext()).strip(),
        "text": "\n\n".join(filter(None, paragraphs)) or " ".join("".join(text.itertext()).split()),
    }
    return {name: value for name, value in found.items() if value or name == "text"}


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
