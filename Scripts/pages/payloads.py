"""Hostile values: each must be seen in some page, as the text that it is."""

import json
import re

import html5lib

from findings import Finding

# Of a longer value, so much is enough: pages may shorten names.
SHOWN_CHARACTERS = 48
# Pages may show these as U+FFFD: controls, and what turns the direction of text or has no width.
CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
UNSEEN = {"script", "style", "template"}


def plain(text):
    """As pages show it: controls become visible, white space is one blank."""
    return " ".join(CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text).split())


def page_text(markup):
    """The text of a page, without what is in attributes."""
    tree = html5lib.parse(markup, namespaceHTMLElements=False)
    pieces = []

    def walk(element):
        if element.tag not in UNSEEN:
            pieces.append(element.text or "")
            for child in element:
                walk(child)
                pieces.append(child.tail or "")

    walk(tree)
    return plain("".join(pieces))


def check_payloads(site, file):
    """A finding for each value of the list that stands in no page."""
    texts = "\n".join(page_text(site.markup(page)) for page in site.pages)
    payloads = [each["payload"] for each in json.loads(file.read_text(encoding="utf-8"))]
    return [
        Finding("injection", "the hostile value is seen as text in no page", "index.html", repr(payload))
        for payload in payloads if plain(payload)[:SHOWN_CHARACTERS].strip() not in texts]
