"""Whether a page's markup is valid, and made of nothing but what our pages are made of."""

import collections
import re
import subprocess

import html5lib

from findings import Finding
from site_files import links

# Whatever else stands in a page was written by somebody else.
ELEMENTS = set("""
    html head meta title style script link body header nav main footer section article aside search h1 h2 h3 h4 h5 h6 p a ul ol li
    dl dt dd table caption thead tbody tfoot tr th td colgroup col div span code pre kbd samp details summary figure figcaption
    time data strong em b i small sub sup abbr mark br hr wbr form label input button select option output noscript template
    svg g path line rect circle ellipse text tspan title desc polyline polygon defs clipPath linearGradient stop use pattern
    marker symbol
""".split())
# Attributes that hold addresses; what they may be is in check_site.
ADDRESSES = {"href", "src", "xlink:href"}
FORBIDDEN_ATTRIBUTES = {"style", "srcdoc", "action", "formaction", "srcset", "ping", "target", "background", "poster"}
TIDY_SECONDS = 60
# What Debian's tidy (5.6, of 2017) says of markup that the standard of today allows.
TIDY_IGNORED = [
    # It knows neither of these elements, nor newer attributes; ELEMENTS above is the list that counts.
    r"<search> is not recognized!", r"discarding unexpected </?search>", r'proprietary attribute "(aria-\w+|inert|popover\w*|enterkeyhint)"',
    # A cell with nothing in it is no mistake, and an empty element may be there for the script.
    r"trimming empty <(span|b|i|div|p|output|tbody|ul|ol)>",
    # Of pictures it knows but the outermost element, and no links.
    r'<(svg|a|use)> proprietary attribute "(href|class|x|y|width|height|viewbox|preserveaspectratio)"',
    # The standard has dropped the attribute; a caption says what a table holds.
    r'<table> lacks "summary" attribute',
]
TIDY_LINE = re.compile(r"line (\d+) column (\d+) - (?:Warning|Error): (.*)")


def check_markup(page, path, markup):
    """What is wrong in one page.

    - `page`: its path below the site's root. `path`: of the file. `markup`: its text.
    """
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(markup)
    found = [
        Finding("markup", html5lib.constants.E.get(code, code) % data, page, f"line {position[0]}")
        for position, code, data in parser.errors
    ]
    found += check_elements(page, tree)
    parsed = [
        value for element in tree.iter() if isinstance(element.tag, str)
        for name, value in element.attrib.items() if name in ("href", "src")]
    if collections.Counter(parsed) != collections.Counter(links(markup)):
        found.append(Finding("markup", "links are written otherwise than in double quotes: they were not all followed", page))
    return found + check_tidy(page, path)


def check_elements(page, tree):
    found = []
    identifiers = collections.Counter()
    for element in tree.iter():
        # Comments have a function for a tag.
        if not isinstance(element.tag, str):
            found.append(Finding("markup", "there is a comment", page))
            continue
        tag = element.tag.rpartition("}")[2]
        if tag not in ELEMENTS:
            found.append(Finding("markup", f"our pages have no element <{tag}>", page))
        for name, value in element.attrib.items():
            if name.startswith("on") or name in FORBIDDEN_ATTRIBUTES:
                found.append(Finding("markup", f"our pages have no attribute {name}=", page, f"<{tag} {name}=\"{value[:60]}\">"))
        if "id" in element.attrib:
            identifiers[element.attrib["id"]] += 1
    found += [Finding("markup", "two elements have one id", page, f"#{name}") for name, count in identifiers.items() if count > 1]
    policies = [
        element.get("content", "") for element in tree.iter("meta")
        if (element.get("http-equiv") or "").lower() == "content-security-policy"]
    return found + [Finding("policy", fault, page) for fault in policy_faults(policies)]


def policy_faults(policies):
    """What a strict content-security policy must not be without, and must not allow."""
    if len(policies) != 1:
        return [f"there are {len(policies)} content-security policies"]
    directives = dict((part.split() + [""])[0:1] + [part.split()[1:]] for part in policies[0].split(";") if part.strip())
    faults = []
    if directives.get("default-src") != ["'none'"]:
        faults.append("the policy does not begin with default-src 'none'")
    for directive, sources in directives.items():
        for source in sources:
            if source in ("'unsafe-inline'", "'unsafe-eval'", "'self'", "*") or ":" in source and source != "data:":
                faults.append(f"the policy allows {source} for {directive}")
    for directive in ("base-uri", "form-action"):
        if directives.get(directive) != ["'none'"]:
            faults.append(f"the policy does not say {directive} 'none', which default-src does not cover")
    return faults


def check_tidy(page, path):
    """What `tidy` complains of, without what is ignored above."""
    answer = subprocess.run(
        ["tidy", "-quiet", "-errors", "-utf8", "--show-info", "no", str(path)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=TIDY_SECONDS, check=False)
    found = []
    for line in answer.stderr.decode("utf-8", "replace").splitlines():
        match = TIDY_LINE.match(line)
        if match and not any(re.search(ignored, match[3]) for ignored in TIDY_IGNORED):
            found.append(Finding("markup", "tidy: " + match[3], page, f"line {match[1]}"))
    return found
