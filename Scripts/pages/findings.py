"""What a check has to say."""

import dataclasses

# Of findings that say the same of several pages, so many are printed.
SHOWN_OF_A_KIND = 4


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """Something that is wrong in a page."""

    # The kind of check: links, twin, markup, console, requests, accessibility, keyboard, layout …
    check: str
    what: str
    # Path below the site's root.
    page: str
    # A selector or a line, where there is one.
    where: str = ""
    # Width in pixels and mode, such as "390 dark", where it is a matter of them.
    view: str = ""

    def line(self):
        view = f" [{self.view}]" if self.view else ""
        where = f" at {self.where}" if self.where else ""
        return f"{self.page}{view} {self.check}: {self.what}{where}"


def printed(findings, whole):
    """Lines to print: all findings where `whole`, else a few of each kind, and how many more there are of it."""
    kinds = {}
    for finding in sorted(set(findings)):
        kinds.setdefault((finding.check, finding.what), []).append(finding)
    for same in kinds.values():
        shown = same if whole else same[:SHOWN_OF_A_KIND]
        yield from (finding.line() for finding in shown)
        rest = same[len(shown):]
        if rest:
            pages = len({finding.page for finding in same})
            yield f"    … {len(rest)} more of these, {pages} pages in all (--all prints them)"
