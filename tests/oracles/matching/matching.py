"""The answers: which flaws a package has, by the evaluation of the OSV schema and the conditions
that docs and headers of Plimsoll state."""

import json
import re
import urllib.parse

import versions
from records import languages, normal_name

system_kinds = ("deb", "apk", "rpm")


class Package:
    def __init__(self, kind, name, version):
        self.kind = kind
        self.name = name
        self.version = version
        self.source_name = name
        self.source_version = version
        self.architecture = ""
        self.module = ""
        self.owner = ""

    def line(self):
        return "\t".join(
            (
                self.kind,
                self.name,
                self.version,
                self.source_name,
                self.source_version,
                self.architecture,
                self.module,
                self.owner,
            )
        )


def read_inventory(path):
    """The distribution, (id, version) or None, and the packages of a CycloneDX document."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    system, packages = None, []
    for component in document.get("components", []):
        if component.get("type") == "operating-system":
            system = component["name"], component.get("version", "")
            continue
        url = component.get("purl", "")
        if not url:
            continue
        package = package_of(url, component)
        if package:
            packages.append(package)
    return system, packages


def package_of(url, component):
    url, _, subpath = url.partition("#")
    url, _, query = url.partition("?")
    qualifiers = dict(urllib.parse.parse_qsl(query.replace("+", "%2B")))
    kind, _, path = url[len("pkg:") :].partition("/")
    if kind not in versions.orders:
        return None
    path, _, version = path.rpartition("@")
    space, _, name = map(urllib.parse.unquote, path.rpartition("/"))
    if space and kind not in system_kinds:
        name = space + (":" if kind == "maven" else "/") + name
    version = urllib.parse.unquote(version)
    if kind == "rpm" and qualifiers.get("epoch"):
        version = f"{qualifiers['epoch']}:{version}"
    # A URL writes some names in lower case; the component has them as they are.
    written = component.get("name", "")
    for spelling in (written, component.get("group", "") + "/" + written):
        if spelling.lower().replace("_", "-") == name.lower().replace("_", "-"):
            name = spelling
    package = Package(kind, name, version)
    if kind in system_kinds:
        package.architecture = qualifiers.get("arch", "")
    elif kind == "gem":
        package.architecture = qualifiers.get("platform", "")
    properties = {p["name"]: p["value"] for p in component.get("properties", [])}
    if properties.get("plimsoll:source:name"):
        package.source_name = properties["plimsoll:source:name"]
        package.source_version = properties.get("plimsoll:source:version", "")
    package.module = properties.get("plimsoll:module", "")
    package.owner = properties.get("plimsoll:owner", "")
    return package


def ecosystem_of(system):
    if not system:
        return None, None
    id, version = system
    numbers = version.split(".")
    if id == "alpine":
        return "apk", "Alpine:edge" if "_alpha" in version else "Alpine:v" + ".".join(numbers[:2])
    names = {"debian": "Debian", "almalinux": "AlmaLinux", "rocky": "Rocky Linux", "amzn": "Amazon Linux"}
    if id not in names:
        return None, None
    return "deb" if id == "debian" else "rpm", f"{names[id]}:{numbers[0]}"


def is_beside_kernel(package):
    """Headers and tools that are built with the kernel do not have the kernel's flaws."""
    name, source = package.name, package.source_name
    if package.kind == "deb":
        if source == "linux" or source.startswith("linux-signed") or re.match("linux-[0-9]", source):
            return not name.startswith(("linux-image", "linux-modules"))
    if package.kind == "apk":
        return name == "linux-headers"
    if package.kind == "rpm":
        if source == "kernel" or source.startswith("kernel-"):
            beside = "headers devel tools doc abi macros".split()
            return not name.startswith("kernel") or any(word in name for word in beside)
        return name == "linux-glibc-devel"
    return False


def is_of_module(package, module):
    is_modular = package.module != "" or ".module" in package.version
    if module == "":
        return not is_modular
    if not is_modular:
        return False
    if module == "?" or package.module == "":
        return True
    return package.module.split(":")[:2] == module.split(":")


def is_of_architecture(package, architectures):
    if not architectures or not package.architecture:
        return True
    return package.architecture in architectures or "noarch" in architectures


# The schema's "Evaluation".


def is_before_limits(range, key):
    if range.unlimited:
        return True
    return any(limit is not None and key is not None and key < limit for limit in range.limit_keys)


def is_in_range(range, key):
    if not is_before_limits(range, key):
        return False
    is_vulnerable = False
    unknown = set(range.unknown)
    for event, at in range.events:
        if at is versions.before_all:
            is_vulnerable = True
        elif key is None:
            unknown.add("begin" if event == "introduced" else "end")
        elif event == "introduced" and key >= at:
            is_vulnerable = True
        elif event == "fixed" and key >= at:
            is_vulnerable = False
        elif event == "last_affected" and key > at:
            is_vulnerable = False
    # An end that cannot be compared may have been passed: then nothing is said.
    return is_vulnerable and "end" not in unknown


def is_listed(entry, kind, version, key):
    if not entry.listed:
        return False
    if entry.listed_set is None:
        entry.listed_set = set(entry.listed)
        entry.listed_set.update(versions.key(kind, listed) for listed in entry.listed)
        entry.listed_set.discard(None)
    return version in entry.listed_set or (key is not None and key in entry.listed_set)


def is_affected(entry, kind, version):
    key = versions.key(kind, version)
    if any(is_in_range(range, key) for range in entry.ranges):
        return True
    return is_listed(entry, kind, version, key)


class Matcher:
    def __init__(self, records):
        self.entries = {}
        self.ecosystems = set()
        for record in records:
            for entry in record.entries:
                place = entry.ecosystem, entry.name, entry.is_source
                self.entries.setdefault(place, []).append(entry)
                self.ecosystems.add(entry.ecosystem)
        self.language_of = {kind: name for name, kind in languages.items()}

    def flaws_of(self, system, package):
        kind, ecosystem = ecosystem_of(system)
        is_known = ecosystem in self.ecosystems
        if package.kind not in system_kinds:
            if is_known and package.owner:
                return []
            asked = [(self.language_of[package.kind], package.name, package.version, False)]
        elif not is_known or kind != package.kind or is_beside_kernel(package):
            return []
        else:
            asked = [
                (ecosystem, package.source_name, package.source_version, True),
                (ecosystem, package.name, package.version, False),
            ]
        found, acquitted = set(), set()
        for place, name, version, is_source in asked:
            for entry in self.entries.get((place, normal_name(package.kind, name), is_source), []):
                if not is_of_module(package, entry.module):
                    continue
                if not is_of_architecture(package, entry.architectures):
                    continue
                if entry.is_acquittal:
                    acquitted.update(entry.flaws)
                elif is_affected(entry, package.kind, version):
                    found.update(entry.flaws)
        return sorted(found - acquitted)
