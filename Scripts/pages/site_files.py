"""The files of a generated site, and the checks that need no browser: links, twins, the feed, sizes."""

import collections
import html
import json
import pathlib
import posixpath
import random
import re
import urllib.parse
import xml.etree.ElementTree

from findings import Finding

PAGE_BYTES = 1_000_000
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# Attributes as our pages write them: double quotes around, and inside them only as a reference. That a page has no others is
# checked by markup.py, with a real parser, on the pages that it sees.
LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
IDENTIFIER = re.compile(r'\sid="([^"]*)"')
# Their text is no markup.
OPAQUE = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.DOTALL)


class Site:
    """A folder of pages. Paths are relative to it, joined by `/`."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = {
            path.relative_to(self.root).as_posix(): path.stat().st_size
            for path in sorted(self.root.rglob("*")) if path.is_file()
        }
        self.pages = [path for path in self.files if path.endswith(".html")]
        self._identifiers = {}

    def markup(self, page):
        return (self.root / page).read_text(encoding="utf-8")

    def kind(self, page):
        """The page's type: its folder, and whether it is an index or a compilation of one."""
        folder, name = posixpath.split(page)
        top = folder.split("/")[0]
        return top if top and name != "index.html" else page if top else name

    def sample(self, count, seed):
        """All pages, or, of more than `count`, at least one of each kind and others by chance, in order."""
        if len(self.pages) <= count:
            return self.pages
        shuffled = random.Random(seed).sample(self.pages, len(self.pages))
        first = {}
        for page in shuffled:
            first.setdefault(self.kind(page), page)
        # Of each kind the largest too: where a bound is broken, it is there.
        largest = {}
        for page in self.pages:
            best = largest.get(self.kind(page))
            if best is None or self.files[page] > self.files[best]:
                largest[self.kind(page)] = page
        wanted = list(dict.fromkeys([*first.values(), *largest.values(), *shuffled]))
        return sorted(wanted[:max(count, len(set(first.values()) | set(largest.values())))])

    def identifiers(self, page):
        """Of its elements: what fragments may name."""
        if page not in self._identifiers:
            self._identifiers[page] = {
                html.unescape(text) for text in IDENTIFIER.findall(OPAQUE.sub("", self.markup(page)))}
        return self._identifiers[page]


def links(markup):
    """Targets of all links and sources in a page."""
    return [html.unescape(text) for text in LINK.findall(OPAQUE.sub("", markup))]


def check_site(site):
    """What is wrong in any file of the site, and the number of links that were followed."""
    found = []
    followed = 0
    for page in site.pages:
        if site.files[page] > PAGE_BYTES:
            found.append(Finding("size", f"it has {site.files[page]:,} bytes, more than {PAGE_BYTES:,}", page))
        targets = links(site.markup(page))
        followed += len(targets)
        for target in sorted(set(targets)):
            fault = link_fault(site, page, target)
            if fault:
                found.append(Finding("links", fault, page, target))
        found += check_twin(site, page)
    for path in site.files:
        if path.endswith((".atom", ".xml")):
            found += check_feed(site, path)
        elif path.endswith(".json") and site.files[path] > PAGE_BYTES and path.endswith("index.json"):
            found.append(Finding("size", f"it has {site.files[path]:,} bytes, more than {PAGE_BYTES:,}", path))
    if "index.html" not in site.files:
        found.append(Finding("links", "the site has no index.html", "index.html"))
    return found, followed


def link_fault(site, page, target):
    """Why a link does not lead to a file of the site, or None."""
    if target.startswith("data:image/") or target == "data:,":
        return None
    parts = urllib.parse.urlsplit(target)
    if parts.scheme or parts.netloc or target.startswith(("/", "\\")):
        return "the link is not relative"
    if parts.query and not parts.path and not parts.fragment:
        return "the link has a query and no file"
    path = urllib.parse.unquote(parts.path)
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if resolved.startswith("../"):
        return "the link leaves the site"
    if resolved not in site.files:
        return "the link leads to no file"
    fragment = urllib.parse.unquote(parts.fragment)
    if fragment and resolved.endswith(".html") and fragment not in site.identifiers(resolved):
        return "the link's fragment is in no page"
    return None


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def check_twin(site, page):
    """The JSON file beside a page; Scripts/check-schemas holds it against its schema."""
    twin = page.removesuffix("html") + "json"
    if twin not in site.files:
        return [Finding("twin", "the page has no JSON twin", page, twin)]
    try:
        json.loads((site.root / twin).read_text(encoding="utf-8"), parse_constant=refuse)
    except ValueError as fault:
        return [Finding("twin", f"it is not JSON: {fault}", twin)]
    return []


def check_feed(site, path):
    """An Atom feed: well-formed, what RFC 4287 asks for, identifiers once each, links to files that there are."""
    try:
        feed = xml.etree.ElementTree.parse(site.root / path).getroot()
    except xml.etree.ElementTree.ParseError as fault:
        return [Finding("feed", f"it is not well-formed: {fault}", path)]
    if feed.tag != ATOM + "feed":
        return []
    found = []
    entries = feed.findall(ATOM + "entry")
    for element in [feed, *entries]:
        name = element.findtext(ATOM + "id") or element.tag.removeprefix(ATOM)
        for wanted in ("id", "title", "updated"):
            if not (element.findtext(ATOM + wanted) or "").strip():
                found.append(Finding("feed", f"there is no `{wanted}`", path, name))
        updated = element.findtext(ATOM + "updated") or ""
        if not RFC_3339.fullmatch(updated):
            found.append(Finding("feed", f"`updated` is no RFC 3339 time: {updated}", path, name))
        for link in element.findall(ATOM + "link"):
            fault = link_fault(site, path, link.get("href", ""))
            if fault:
                found.append(Finding("feed", fault, path, link.get("href", "")))
    if feed.find(ATOM + "author") is None and any(entry.find(ATOM + "author") is None for entry in entries):
        found.append(Finding("feed", "neither the feed nor each entry has an `author`", path))
    names = collections.Counter(entry.findtext(ATOM + "id") for entry in entries)
    found += [Finding("feed", "two entries have one `id`", path, str(name)) for name, count in names.items() if count > 1]
    return found
