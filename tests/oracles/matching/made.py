"""Inventories in which every border of every record is met on both sides.

For each version that a record names there are a package with that version, one just before it and
one just after it; of listed versions the first, the last and one between. "Just before" is made by
adding what the ecosystem sorts before the end, and is kept only where the order says that it is.
"""

import json
import operator
import re
import urllib.parse
import zlib

import versions
from records import languages

before_ends = {
    "deb": ["~"],
    "rpm": ["~"],
    "pypi": [".dev0", "a0"],
    "gem": [".a"],
    "maven": ["-alpha", "-1-alpha"],
    "composer": ["-alpha1", "-dev"],
}
after_ends = {
    "deb": ["+1"],
    "rpm": [".1"],
    "pypi": [".post1", "+1"],
    "gem": [".0.1"],
    "maven": ["-1", ".1", "-sp"],
    "composer": ["-p1", ".1", "1"],
}


def changed_number(text, by):
    """With its last number greater or smaller; nothing where it has none, or that is 0."""
    found = re.search("([0-9]+)([^0-9]*)$", text)
    if not found or int(found.group(1)) + by < 0:
        return []
    return [f"{text[:found.start()]}{int(found.group(1)) + by}{found.group(2)}"]


def lower_numbers(text):
    """A release before that of the numbers that a version begins with: 1.1.9999 for 1.2.0rc1."""
    numbers = [int(number) for number in re.match("v?([0-9.]*)", text).group(1).split(".") if number]
    last = max((i for i, number in enumerate(numbers) if number), default=None)
    if last is None:
        return []
    lower = [*numbers[:last], numbers[last] - 1, *[9999] * (len(numbers) - last - 1)]
    return [".".join(map(str, lower))]


def semantic_neighbours(text, is_after):
    text = text.split("+")[0]
    core, hyphen, prerelease = text.partition("-")
    if hyphen:
        if is_after:
            return [text + ".0", text + "-a"]
        return [f"{core}-0", *lower_numbers(core)]
    core += ".0" * (2 - core.count("."))
    if is_after:
        return [next_ + "-0" for next_ in changed_number(core, 1)]
    return [core + "-0"]


def neighbours(kind, text, is_after):
    if kind in ("npm", "cargo", "golang", "nuget"):
        # Go's programs are named without zeros, crates have three numbers.
        return semantic_neighbours(text, is_after) + changed_number(text, 1 if is_after else -1)
    if kind == "apk":
        base, release, number = re.fullmatch("(.*?)(?:(-r)([0-9]+))?", text).groups()
        if is_after:
            return [f"{base}-r{int(number or 0) + 1}"]
        lower = [f"{base}-r{int(number) - 1}"] if number and number != "0" else []
        return lower + [base + "_alpha", *changed_number(base, -1)]
    ends = (after_ends if is_after else before_ends)[kind]
    out = [text + end for end in ends] + changed_number(text, 1 if is_after else -1)
    return out if is_after else out + lower_numbers(text)


class Counts:
    def __init__(self):
        self.borders = 0
        self.without_before = []
        self.without_after = []


def around(kind, text, counts):
    """The versions at and beside a border."""
    counts.borders += 1
    key = versions.key(kind, text)
    out = [text]
    if key is None:
        return out

    def that(is_beyond, is_after):
        candidates = neighbours(kind, text, is_after)
        keys = [versions.key(kind, candidate) for candidate in candidates]
        return [v for v, other in zip(candidates, keys) if other is not None and is_beyond(other, key)]

    before = that(operator.lt, is_after=False)
    after = that(operator.gt, is_after=True)
    if not before:
        counts.without_before.append(f"{kind} {text}")
    if not after:
        counts.without_after.append(f"{kind} {text}")
    return before[:1] + out + after[:1]


def system_of(ecosystem):
    family, _, release = ecosystem.partition(":")
    if family == "Debian":
        return "debian", release
    if family == "Alpine":
        return "alpine", "3.99.0_alpha20260101" if release == "edge" else release.lstrip("v") + ".1"
    ids = {"AlmaLinux": ("almalinux", ".1"), "Rocky Linux": ("rocky", ".1"), "Amazon Linux": ("amzn", "")}
    return ids[family][0], release + ids[family][1]


def encoded(text):
    return urllib.parse.quote(text, safe="")


def component(kind, name, version, source=None, architecture="", module="", owner=""):
    space, name_only = "", name
    if kind in ("npm", "golang", "composer") and "/" in name:
        space, _, name_only = name.rpartition("/")
    if kind == "maven":
        space, _, name_only = name.rpartition(":")
    qualifiers = {"arch": architecture} if architecture else {}
    written = version
    if kind == "rpm" and ":" in version:
        qualifiers["epoch"], _, written = version.partition(":")
    path = "/".join([*map(encoded, space.split("/")), encoded(name_only)] if space else [encoded(name_only)])
    if kind in ("deb", "apk", "rpm"):
        path = "made/" + path
    url = f"pkg:{kind}/{path}@{encoded(written)}"
    if qualifiers:
        url += "?" + "&".join(f"{k}={encoded(v)}" for k, v in sorted(qualifiers.items()))
    out = {"type": "library", "name": name_only, "version": version, "purl": url}
    if space:
        out["group"] = space
    properties = []
    if source:
        properties += [("plimsoll:source:name", source[0]), ("plimsoll:source:version", source[1])]
    if module:
        properties.append(("plimsoll:module", module))
    if owner:
        properties.append(("plimsoll:owner", owner))
    if properties:
        out["properties"] = [{"name": key, "value": value} for key, value in properties]
    return out


def components_of(entries, counts):
    """Of one name: a component for each version around each border of each entry, and what differs
    in what else an entry says."""
    first = entries[0]
    asked = {}
    for entry in entries:
        borders = [v for events in entry.written for _, v in events if v not in ("0", "*")]
        listed = entry.listed
        borders += {listed[0], listed[-1], listed[len(listed) // 2]} if listed else []
        if not borders:
            borders = ["1.0"]
        for border in borders:
            asked.setdefault((border, entry.module, tuple(entry.architectures)), None)
    done = set()
    for border, module, architectures in asked:
        for version in around(first.kind, border, counts):
            labels = [""]
            if module not in ("", "?"):
                labels = ["", module + ":8060020230101:0123abcd", module.split(":")[0] + ":other:1:0"]
            elif first.kind == "rpm" and not first.is_source and zlib.crc32(border.encode()) % 8 == 0:
                labels = ["", "other:1:1:0"]
            for label in labels:
                for architecture in [architectures[0], "ppc64le"] if architectures else [""]:
                    what = version, label, architecture
                    if what in done:
                        continue
                    done.add(what)
                    yield made_component(first, *what)


def made_component(entry, version, label, architecture):
    if not entry.is_source:
        return component(entry.kind, entry.name, version, None, architecture, label)
    # What is built has a name and a version of its own.
    names = {"linux": "linux-image-made", "kernel": "kernel-core"}
    name = names.get(entry.name, "made-" + entry.name)
    if entry.kind == "deb" and entry.name.startswith("linux-"):
        name = "linux-image-made"
    own = version if entry.kind == "rpm" and ".module" in version else "7.7-1"
    return component(entry.kind, name, own, (entry.name, version), architecture, label)


max_pairs = 150_000  # of a package and a record of its name, of one inventory


def write_inventories(matcher, directory, share):
    """Those of one name in so many, by a hash of the name; 1 for all. Returns the files' names."""
    counts, names = Counts(), []
    by_system = {}
    for (ecosystem, name, is_source), entries in sorted(matcher.entries.items()):
        if zlib.crc32(f"{ecosystem} {name}".encode()) % share:
            continue
        is_language = ecosystem in languages
        if not is_language and ecosystem.split(":")[0] == ecosystem:
            continue  # of no release, so that no system is asked for it
        by_system.setdefault("languages" if is_language else ecosystem, []).append(entries)
    for system, all_entries in by_system.items():
        pending, pairs = [], 0

        def flush():
            nonlocal pending, pairs
            if not pending:
                return
            components = list(pending)
            if system != "languages":
                id, version = system_of(system)
                components.insert(0, {"type": "operating-system", "name": id, "version": version})
            name = f"made-{len(names):03}-{re.sub('[^A-Za-z0-9.]', '-', system)}.json"
            with open(f"{directory}/{name}", "w", encoding="utf-8") as file:
                json.dump({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}, file)
            names.append(name)
            pending, pairs = [], 0

        for entries in all_entries:
            for made in components_of(entries, counts):
                pending.append(made)
                pairs += len(entries)
                if pairs > max_pairs:
                    flush()
        # What a distribution has installed of a language is the distribution's.
        if system != "languages":
            pending.append(component("pypi", "django", "2.0", owner="python3-django"))
            pending.append(component("pypi", "django", "2.0"))
        # What was built beside the kernel.
        if system.startswith("Debian"):
            pending.append(component("deb", "linux-libc-dev", "5.10.1-1", ("linux", "5.10.1-1")))
        flush()
    return names, counts
