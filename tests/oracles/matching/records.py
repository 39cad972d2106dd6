"""What feeds say, record by record: OSV, Alpine's security database, Amazon's notices.

Of a record the entries are kept: one package of one release, and which versions have the flaws.
"""

import glob
import io
import json
import os
import re
import subprocess
import tarfile
from datetime import datetime, timezone

import versions

repairs = (
    "DSA- DLA- DTSA- RHSA- RHBA- RHEA- ALSA- ALBA- ALEA- RLSA- RLBA- RLEA- RXSA- ELSA- ELBA- ELEA- "
    "SUSE- openSUSE- USN- LSN- SSN- ALAS MGASA- MGAA- OESA- openEuler-SA- FEDORA-"
).split()

# The OSV names of ecosystems, the kind of their packages, and whether records name sources.
languages = {
    "npm": "npm",
    "PyPI": "pypi",
    "Go": "golang",
    "crates.io": "cargo",
    "Maven": "maven",
    "RubyGems": "gem",
    "Packagist": "composer",
    "NuGet": "nuget",
}
distributions = {
    "Debian": ("deb", True),
    "Alpine": ("apk", True),
    "AlmaLinux": ("rpm", False),
    "Rocky Linux": ("rpm", True),
    "Amazon Linux": ("rpm", False),
}


class Refused(Exception):
    pass


def normal_name(kind, name):
    if kind in ("composer", "nuget"):
        return name.lower()
    if kind == "pypi":
        return re.sub("[-_.]+", "-", name).lower()
    return name


def cve_in(text):
    found = re.search("CVE-[0-9]{4}-[0-9]{4,}", text)
    return found.group() if found else None


def is_cve(name):
    return re.fullmatch("CVE-[0-9]{4}-[0-9]+", name) is not None


class Range:
    """The events of a range in the order of their versions; of two at one, the later in the record."""

    def __init__(self, kind, events):
        self.limits = [version for event, version in events if event == "limit"]
        self.unlimited = not self.limits or "*" in self.limits
        self.limit_keys = [versions.key(kind, version) for version in self.limits if version != "*"]
        self.events, self.unknown = [], set()
        for event, version in events:
            if event == "limit":
                continue
            at_start = event == "introduced" and version == "0"
            key = versions.before_all if at_start else versions.key(kind, version)
            if key is None:
                self.unknown.add("begin" if event == "introduced" else "end")
            else:
                self.events.append((event, key))
        starts = [e for e in self.events if e[1] is versions.before_all]
        others = [e for e in self.events if e[1] is not versions.before_all]
        self.events = starts + sorted(others, key=lambda event: event[1])


class Entry:
    def __init__(self, kind, ecosystem, name, is_source, ranges, listed):
        self.kind = kind
        self.ecosystem = ecosystem
        self.name = normal_name(kind, name)
        self.is_source = is_source
        self.ranges = [Range(kind, events) for events in ranges]
        self.written = ranges
        self.listed = listed
        self.listed_set = None
        self.module = ""
        self.architectures = []
        self.is_acquittal = False
        self.record = None
        self.flaws = ()


class Record:
    def __init__(self, id, key, modified):
        self.id = id
        self.key = key
        self.modified = modified
        self.is_withdrawn = False
        self.aliases = []
        self.mends = None  # of a repair: the flaws
        self.entries = []


def moment(text):
    """A time as one that compares; records without one are older than all."""
    if not text:
        return datetime.min.replace(tzinfo=timezone.utc)
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    if not found:
        raise Refused("modified is no time")
    fraction = ((found.group(2) or ".0") + "000000")[1:7]
    zone = "+00:00" if found.group(3) == "Z" else found.group(3)
    return datetime.fromisoformat(f"{found.group(1)}.{fraction}{zone}")


def ecosystem_of(name):
    """The kind of its packages, its name in the one form, and whether its records name sources."""
    family, _, release = name.partition(":")
    if family in languages:
        return languages[family], family, False
    if family in distributions:
        kind, names_sources = distributions[family]
        return kind, name, names_sources
    return None


# OSV


def each_once(pairs):
    out = dict(pairs)
    if len(out) != len(pairs):
        raise Refused("a key stands twice")
    return out


def read_range(written):
    if written.get("type") == "GIT":
        return None
    if written.get("type") not in ("SEMVER", "ECOSYSTEM"):
        raise Refused("a range of no known type")
    events = []
    for event in written.get("events", []):
        if len(event) != 1:
            raise Refused("an event that is not of one kind")
        ((kind, version),) = event.items()
        if kind not in ("introduced", "fixed", "last_affected", "limit") or not version:
            raise Refused("an event of no known kind")
        events.append((kind, version))
    if not any(kind == "introduced" for kind, _ in events):
        raise Refused("a range without an introduction")
    return events


def modules_in(summary):
    """AlmaLinux and Rocky say of which module a repair is in the summary alone."""
    out = []
    for word in summary.split(" "):
        word = re.split("[,/]", word)[0]
        if re.fullmatch(r"[A-Za-z0-9._+-]+:[A-Za-z0-9._+-]+", word) and not word.endswith(":Rocky"):
            out.append(word)
    return out or ["?"]


def summary_of(written):
    for text in (written.get("summary", ""), written.get("details", "")):
        lines = text.strip(" \t\r\n").splitlines()
        if lines:
            return lines[0].encode()[:300].decode(errors="ignore")
    return ""


def read_osv(text):
    written = json.loads(text, object_pairs_hook=each_once)
    if not written.get("id") or not written.get("modified"):
        raise Refused("no id or no modified")
    record = Record(written["id"], written["id"], moment(written["modified"]))
    record.is_withdrawn = bool(written.get("withdrawn"))
    others = {name: written.get(name) or [] for name in ("aliases", "related", "upstream")}
    if record.id.startswith(tuple(repairs)):
        names = others["aliases"] + others["related"] + others["upstream"]
        record.mends = sorted({cve_in(name) for name in names if cve_in(name)})
        if not record.mends and record.id[2:5] in ("BA-", "EA-"):
            return None
    else:
        record.aliases = [name for name in others["aliases"] if not name.startswith(tuple(repairs))]
        record.aliases += [cve_in(name) for name in others["upstream"] if cve_in(name)]
        if cve_in(record.id):
            record.aliases.append(cve_in(record.id))
    for affected in written.get("affected", []):
        package = affected.get("package", {})
        known = ecosystem_of(package.get("ecosystem", ""))
        if not known:
            continue
        kind, ecosystem, names_sources = known
        ranges = [events for events in map(read_range, affected.get("ranges", [])) if events]
        is_source = names_sources or re.search("arch=(source|src)", package.get("purl", ""))
        entry = Entry(kind, ecosystem, package["name"], bool(is_source), ranges, affected.get("versions", []))
        fixes = [v for events in ranges for event, v in events if event == "fixed"]
        modules = [""]
        if kind == "rpm" and any(".module" in version for version in fixes):
            modules = modules_in(summary_of(written))
        for module in modules:
            copy = Entry.__new__(Entry)
            copy.__dict__.update(entry.__dict__)
            copy.module = module
            record.entries.append(copy)
    return record


# Alpine


def names_in(text):
    """The flaws that an entry names: (id, other names)."""
    while True:
        shorter = re.sub(r"\([^()]*\)", "", text)
        if shorter == text:
            break
        text = shorter
    text = text.split("(")[0]
    cves, others = [], []
    for word in re.split("[ ,;]+", text):
        cve = cve_in(re.sub("^CVE_", "CVE-", word))
        if cve:
            cves.append(cve)
        elif re.fullmatch("[A-Za-z][A-Za-z0-9.:-]*", word) and "-" in word and re.search("[0-9]", word):
            others.append(word)
    names = cves or others[:1]
    aliases = [n for n in others if n.startswith("GHSA-") and n not in names] if len(names) == 1 else []
    return [(name, aliases) for name in names]


def read_secdb(text):
    """All repairs of one release and repository; of several of one flaw in one package the last."""
    written = json.loads(text)
    ecosystem = f"Alpine:{written['distroversion']}"
    flaws = {}
    for item in written["packages"]:
        package = item["pkg"]
        for version, entries in package["secfixes"].items():
            for entry in entries or []:
                for name, aliases in names_in(entry):
                    known_aliases, packages = flaws.setdefault(name, ([], {}))
                    known_aliases.extend(aliases)
                    before = packages.get(package["name"])
                    if before is not None and version == "0":
                        continue
                    keys = versions.key("apk", before or ""), versions.key("apk", version)
                    if before in (None, "0") or None in keys or keys[0] < keys[1]:
                        packages[package["name"]] = version
    for name, (aliases, packages) in flaws.items():
        record = Record(name, f"{ecosystem}/{written['reponame']} {name}", moment(""))
        record.aliases = aliases
        for package, version in packages.items():
            events = [("introduced", "0"), ("fixed", version)]
            entry = Entry("apk", ecosystem, package, True, [] if version == "0" else [events], [])
            entry.is_acquittal = version == "0"
            record.entries.append(entry)
        yield record


# Amazon


def beginning_of(topic, version):
    """Where the versions of a topic begin: "5.10" of kernel-5.10; a topic without a number has
    packages that the core does not have, but for three."""
    number = re.search(r"[0-9.]*$", re.sub(r"\.x$", "", topic)).group()
    if not number:
        if topic not in ("dnsmasq", "unbound", "selinux-ng"):
            return None
        return ".".join(version.split(".")[:2])
    if re.match(re.escape(number) + "(?![0-9])", version):
        return number
    return version.split(".")[0]


def read_amazon(text):
    written = json.loads(text)
    id = written["ID"]
    if written.get("Type", "security") != "security" or re.match("ALAS2022|ALAS-", id):
        return None
    ecosystem = "Amazon Linux:2023" if id.startswith("ALAS2023") else "Amazon Linux:2"
    collection = written["Pkglist"]["Collection"]
    _, _, topic = collection["Short"].partition("---")
    builds = [build for build in collection["Package"] if build["Arch"] not in ("src", "nosrc")]
    architectures = sorted({build["Arch"] for build in builds})
    updated = (written["Updated"]["Date"] or written["Issued"]["Date"]).replace(" ", "T")
    updated += "Z" if updated.count(":") == 2 else ":00Z"
    record = Record(id, (id, collection["Short"], *architectures), moment(updated))
    references = (written.get("References") or {}).get("Reference") or []
    if isinstance(references, dict):
        references = [references]
    record.mends = sorted({cve_in(r.get("ID") or "") for r in references} - {None})
    for build in builds:
        if not (build["Version"] and build["Release"] and build["Arch"]):
            raise Refused("a build without a whole version")
        epoch = "" if build["Epoch"] in ("", "0") else build["Epoch"] + ":"
        begin = beginning_of(topic, build["Version"])
        events = [
            ("introduced", "0" if begin is None else epoch + begin),
            ("fixed", f"{epoch}{build['Version']}-{build['Release']}"),
        ]
        entry = Entry("rpm", ecosystem, build["Name"], False, [events], [])
        entry.architectures = [build["Arch"]]
        record.entries.append(entry)
    return record


# All feeds


def unpacked(path):
    if not path.endswith(".zst"):
        with open(path, "rb") as file:
            return file.read()
    return subprocess.run(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE, check=True).stdout


def read_feeds(directory):
    """The newest copy of each record, without those that were withdrawn; and how many were refused."""
    newest, refused = {}, []

    def keep(record):
        known = newest.get(record.key)
        if known is None or record.modified > known.modified:
            newest[record.key] = record

    for path in sorted(glob.glob(directory + "/*.zst")):
        name = os.path.basename(path)
        if name.startswith("epss"):
            continue
        text = unpacked(path)
        if ".tar." in name:
            with tarfile.open(fileobj=io.BytesIO(text)) as archive:
                for member in sorted(archive.getmembers(), key=lambda member: member.name):
                    if member.isfile() and member.name.endswith(".json"):
                        for record in read_secdb(archive.extractfile(member).read()):
                            keep(record)
            continue
        read = read_amazon if name.startswith("amazon") else read_osv
        for number, line in enumerate(text.split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                record = read(line)
            except Refused as why:
                refused.append(f"{name}:{number}: {why}")
                continue
            if record:
                keep(record)
    records = [record for record in newest.values() if not record.is_withdrawn]
    name_flaws(records)
    return records, refused


# Names of flaws


def name_flaws(records):
    """One flaw has one name: its CVE where a record says it, else GitHub's name, else the first."""
    cves, groups = {}, {}

    def group_of(name):
        while groups.setdefault(name, name) != name:
            name = groups[name]
        return name

    for record in records:
        if record.mends:
            continue
        names = {record.id, *record.aliases}
        own = [name for name in names if is_cve(name)]
        if len(own) == 1:
            for name in names - set(own):
                cves.setdefault(name, set()).add(own[0])
        elif not own:
            for name in names:
                groups[group_of(name)] = group_of(record.id)
    members = {}
    for name in list(groups):
        members.setdefault(group_of(name), set()).add(name)

    def flaws_of(names):
        """What names of one flaw, none of them a CVE, lead to."""
        known = set().union(*(members.get(group_of(name), {name}) for name in names))
        found = set().union(*(cves.get(name, set()) for name in known))
        return found or {min(known, key=lambda name: (not name.startswith("GHSA-"), name))}

    for record in records:
        names = [record.id, *record.aliases]
        own = {name for name in names if is_cve(name)}
        if record.mends:
            flaws = set().union(*({name} if is_cve(name) else flaws_of([name]) for name in record.mends))
        else:
            flaws = own or flaws_of(names)
        for entry in record.entries:
            entry.record = record
            entry.flaws = tuple(sorted(flaws))
