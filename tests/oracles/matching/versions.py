"""Which of two versions is later, written anew from what each ecosystem says of its versions.

`key(kind, text)` gives a thing that compares with others of its kind, or None where the text is no
version. Nothing here was taken from the program that is compared with this.
"""

import functools
import re

before_all = object()  # an introduction at "0"


def by_comparing(compare):
    """Keys from a function of two forms that answers below 0, 0 or above."""

    @functools.total_ordering
    class Key:
        __slots__ = ("form",)

        def __init__(self, form):
            self.form = form

        def __eq__(self, other):
            return compare(self.form, other.form) == 0

        def __lt__(self, other):
            return compare(self.form, other.form) < 0

        def __hash__(self):
            return hash(self.form)

    return Key


# Debian: deb-version(7).


def debian_part(text):
    """Turns of what is no digit and a number, until the end: it counts as an empty turn."""

    def weight(character):
        if character == "~":
            return -1
        return ord(character) if character.isascii() and character.isalpha() else ord(character) + 256

    turns = re.findall(r"([^0-9]*)([0-9]*)", text)
    out = [(tuple(map(weight, words)) + (0,), int(number or 0)) for words, number in turns if words or number]
    return tuple(out) + (((0,), 0),)


def debian(text):
    text = text.strip()
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = "0", text
    upstream, hyphen, revision = rest.rpartition("-")
    if not hyphen:
        upstream, revision = rest, "0"
    if not re.fullmatch(r"[0-9]+", epoch) or not upstream or not revision or re.search(r"\s", rest):
        return None
    return int(epoch), debian_part(upstream), debian_part(revision)


# RPM: rpm-version(7).


def rpm_part(text):
    """The kinds of what can stand at one place, the earliest first: ~, the end, ^, letters, digits."""
    out = []
    for run in re.findall(r"[0-9]+|[A-Za-z]+|~|\^", text):
        if run == "~":
            out.append((0,))
        elif run == "^":
            out.append((2,))
        elif run[0].isdigit():
            out.append((4, int(run)))
        else:
            out.append((3, run))
    return tuple(out) + ((1,),)


def rpm(text):
    epoch, rest = "0", text
    found = re.match(r"([0-9]*):", text)
    if found:
        epoch, rest = found.group(1) or "0", text[found.end() :]
    version, hyphen, release = rest.rpartition("-")
    if not hyphen:
        version, release = rest, None
    return int(epoch), rpm_part(version), () if release is None else rpm_part(release)


# Alpine: apk-package(5), "version".

apk_form = re.compile(
    r"([0-9]+)((?:\.[0-9]+)*)([a-z]?)([0-9]*)"
    r"((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)(~[0-9a-f]+)?(-r[0-9]+)?"
)
apk_early = ["alpha", "beta", "pre", "rc"]
apk_late = ["cvs", "svn", "git", "hg", "p"]


def apk(text):
    found = apk_form.fullmatch(text)
    if not found:
        return None
    first, numbers, letter, letter_number, suffixes, hash_, revision = found.groups()
    if letter_number and not letter:
        return None
    out = [(9, 1, int(first))]
    for number in numbers.split(".")[1:]:
        out.append((9, 0, number) if number[0] == "0" else (9, 1, int(number)))
    if letter:
        out.append((8, letter))
    if letter_number:
        out.append((7, int(letter_number)))
    for suffix in suffixes.split("_")[1:]:
        word, number = re.fullmatch(r"([a-z]+)([0-9]*)", suffix).groups()
        out.append((0, apk_early.index(word)) if word in apk_early else (6, apk_late.index(word)))
        if number:
            out.append((5, int(number)))
    if hash_:
        out.append((4, hash_))
    if revision:
        out.append((3, int(revision[2:])))
    return tuple(out) + ((2,),)


# Semantic versions: semver.org.


def semantic_tail(prerelease, lower=False):
    if not prerelease:
        return ((1,),)
    fields = []
    for field in (prerelease.lower() if lower else prerelease).split("."):
        fields.append((0, int(field), "") if re.fullmatch("[0-9]+", field) else (1, 0, field))
    return ((0,), tuple(fields))


def padded(numbers, length):
    numbers = [int(number) for number in numbers if number is not None]
    return tuple(numbers + [0] * (length - len(numbers)))


fields = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
strict_fields = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
strict_prerelease = rf"{strict_fields}(?:\.{strict_fields})*"
strict_number = r"(0|[1-9][0-9]*)"
npm_form = re.compile(rf"[v=\s]*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+)(?:-?({fields}))?(?:\+{fields})?)?\s*")
cargo_form = re.compile(
    rf"{strict_number}(?:\.{strict_number})?(?:\.{strict_number}(?:-({strict_prerelease}))?(?:\+{fields})?)?"
)
nuget_form = re.compile(
    rf"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-({fields}))?(?:\+{fields})?"
)
go_tool_form = re.compile(r"go([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:(alpha|beta|rc)([0-9]+))?")


def npm(text):
    found = npm_form.fullmatch(text) if len(text) <= 256 else None
    if not found:
        return None
    numbers = padded(found.groups()[:3], 3)
    if max(numbers) >= 2**53:
        return None
    return numbers, semantic_tail(found.group(4))


def cargo(text):
    found = cargo_form.fullmatch(text)
    return found and (padded(found.groups()[:3], 3), semantic_tail(found.group(4)))


def go(text):
    found = go_tool_form.fullmatch(text)
    if found:
        stage = found.group(4) and f"{found.group(4)}.{found.group(5)}"
        return padded(found.groups()[:3], 3), semantic_tail(stage)
    return cargo(text[1:] if text.startswith("v") else text)


def nuget(text):
    found = nuget_form.fullmatch(text.strip())
    return found and (padded(found.groups()[:4], 4), semantic_tail(found.group(5), lower=True))


# Python: PEP 440, "Summary of permitted suffixes and relative ordering", appendix B for spellings.

python_form = re.compile(
    r"v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)"
    r"(?:[._-]?(alpha|a|beta|b|preview|pre|c|rc)[._-]?([0-9]*))?"
    r"(-[0-9]+|[._-]?(?:post|rev|r)[._-]?[0-9]*)?"
    r"([._-]?dev[._-]?[0-9]*)?"
    r"(?:\+([a-z0-9]+(?:[._-][a-z0-9]+)*))?"
)
python_stages = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}


def number_in(text):
    digits = re.sub("[^0-9]", "", text)
    return int(digits or 0)


def python(text):
    found = python_form.fullmatch(text.strip().lower())
    if not found:
        return None
    epoch, release, stage, stage_number, post, dev, local = found.groups()
    numbers = [int(number) for number in release.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if stage:
        where = (python_stages[stage], int(stage_number or 0))
    elif dev is not None and post is None:
        where = (0, 0)
    else:
        where = (4, 0)
    parts = re.split("[._-]", local) if local else []
    return (
        int(epoch or 0),
        tuple(numbers),
        where,
        -1 if post is None else number_in(post),
        float("inf") if dev is None else number_in(dev),
        tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts),
    )


# RubyGems: Gem::Version.


def compare_gem(a, b):
    for i in range(max(len(a), len(b))):
        left = a[i] if i < len(a) else 0
        right = b[i] if i < len(b) else 0
        if left == right:
            continue
        if isinstance(left, str) != isinstance(right, str):
            return -1 if isinstance(left, str) else 1
        return -1 if left < right else 1
    return 0


GemKey = by_comparing(compare_gem)
gem_form = re.compile(r"[0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?")


def without_zeros(items):
    items = list(items)
    while items and items[-1] == 0:
        items.pop()
    return items


def gem(text):
    text = text.strip() or "0"
    if not gem_form.fullmatch(text):
        return None
    runs = re.findall("[0-9]+|[A-Za-z]+", text.replace("-", ".pre."))
    segments = [int(run) if run.isdigit() else run for run in runs]
    first_word = next((i for i, s in enumerate(segments) if isinstance(s, str)), len(segments))
    return GemKey(tuple(without_zeros(segments[:first_word]) + without_zeros(segments[first_word:])))


# Maven: "Version Order Specification" of the POM Reference, as Maven 3 has it.

maven_words = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"]


def maven_word(word, digit_follows=False):
    if digit_follows:
        word = {"a": "alpha", "b": "beta", "m": "milestone"}.get(word, word)
    word = {"cr": "rc", "ga": "", "final": "", "release": ""}.get(word, word)
    return (0, maven_words.index(word)) if word in maven_words else (1, word)


released = maven_word("")


def compare_maven(a, b):
    """Items are numbers, words as maven_word gives them in a list of one, lists as tuples, None."""
    if a is None and b is None:
        return 0
    if a is None:
        return -compare_maven(b, None)
    if isinstance(a, int):
        if b is None:
            return 1 if a else 0
        return (a > b) - (a < b) if isinstance(b, int) else 1
    if isinstance(a, Word):
        if isinstance(b, (int, tuple)):
            return -1
        other = released if b is None else b.rank
        return (a.rank > other) - (a.rank < other)
    if b is None:
        return next((c for c in (compare_maven(item, None) for item in a) if c), 0)
    if isinstance(b, int):
        return -1
    if isinstance(b, Word):
        return 1
    for i in range(max(len(a), len(b))):
        order = compare_maven(a[i] if i < len(a) else None, b[i] if i < len(b) else None)
        if order:
            return order
    return 0


class Word:
    def __init__(self, rank):
        self.rank = rank

    def __eq__(self, other):
        return isinstance(other, Word) and self.rank == other.rank

    def __hash__(self):
        return hash(self.rank)


MavenKey = by_comparing(compare_maven)


def is_nothing(item):
    return item == 0 or item == [] or (isinstance(item, Word) and item.rank == released)


def maven(text):
    text = text.lower()
    top = current = []
    lists = [top]

    def inner():
        nonlocal current
        current.append([])
        current = current[-1]
        lists.append(current)

    # What is between two cuts, and the cut that follows: ".", "-", a change of kind, the end.
    begin = 0
    for at in range(len(text) + 1):
        is_end = at == len(text)
        is_cut = is_end or text[at] in ".-"
        changes = not is_cut and at > begin and (text[at] in "0123456789") != (text[at - 1] in "0123456789")
        if not is_cut and not changes:
            continue
        piece = text[begin:at]
        if piece == "":
            if not is_end:
                current.append(0)
        elif piece[0] in "0123456789":
            current.append(int(piece))
        else:
            if (changes or is_end) and current:
                inner()
            current.append(Word(maven_word(piece, digit_follows=changes)))
        begin = at if changes else at + 1
        if changes or (not is_end and text[at] == "-" and current):
            inner()
    # From the innermost on: what says nothing goes, from the end to the first item that does.
    for items in reversed(lists):
        for i in range(len(items) - 1, -1, -1):
            if is_nothing(items[i]):
                del items[i]
            elif not isinstance(items[i], list):
                break

    def frozen(item):
        return tuple(map(frozen, item)) if isinstance(item, list) else item

    return MavenKey(frozen(top))


# Composer: composer/semver's VersionParser brings versions into one form, PHP's version_compare
# orders the forms.

composer_stability = (
    r"[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*)?)?([.-]?dev)?"
)
composer_numbers = re.compile(
    r"v?([0-9]{1,5})(\.[0-9]+)?(\.[0-9]+)?(\.[0-9]+)?" + composer_stability, re.IGNORECASE
)
composer_date = re.compile(
    r"v?([0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3}){0,2})" + composer_stability, re.IGNORECASE
)
composer_branch = re.compile(
    r"v?([0-9]+)(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?[.-]?dev", re.IGNORECASE
)
php_words = {"dev": 0, "alpha": 1, "beta": 2, "rc": 3, "#": 4, "patch": 5}


def composer_form(text):
    text = text.strip()
    text = re.sub(r"@(?:stable|rc|beta|alpha|dev)$", "", text, flags=re.IGNORECASE)
    found = re.fullmatch(r"([^,\s+]+)\+\S+", text)
    if found:
        text = found.group(1)
    found = composer_numbers.fullmatch(text)
    if found:
        form = found.group(1) + "".join(found.group(i) or ".0" for i in (2, 3, 4))
        stability = found.groups()[4:]
    else:
        found = composer_date.fullmatch(text)
        if found:
            form = re.sub("[^0-9]", ".", found.group(1))
            stability = found.groups()[1:]
    if found:
        word, number, dev = stability
        if word:
            word = word.lower()
            if word == "stable":
                return form
            word = {"a": "alpha", "b": "beta", "p": "patch", "pl": "patch"}.get(word, word)
            form += f"-{word}{(number or '').lstrip('.-')}"
        return form + ("-dev" if dev else "")
    found = composer_branch.fullmatch(text)
    if found:
        parts = [(part or ".x").lower().replace("*", "x") for part in found.groups()]
        return "".join(parts).replace("x", "9999999") + "-dev"
    return None


def compare_php(a, b):
    def weight(part):
        return php_words["#" if isinstance(part, int) else part]

    for left, right in zip(a, b):
        if isinstance(left, int) and isinstance(right, int):
            order = (left > right) - (left < right)
        else:
            order = weight(left) - weight(right)
        if order:
            return order
    if len(a) == len(b):
        return 0
    longer, sign = (a, 1) if len(a) > len(b) else (b, -1)
    rest = longer[min(len(a), len(b))]
    return sign * (1 if isinstance(rest, int) else weight(rest) - php_words["#"])


ComposerKey = by_comparing(compare_php)


def composer(text):
    form = composer_form(text)
    if form is None:
        return None
    runs = re.findall("[0-9]+|[a-z]+", form)
    return ComposerKey(tuple(int(run) if run[0].isdigit() else run for run in runs))


orders = {
    "deb": debian,
    "apk": apk,
    "rpm": rpm,
    "npm": npm,
    "pypi": python,
    "golang": go,
    "cargo": cargo,
    "maven": maven,
    "gem": gem,
    "composer": composer,
    "nuget": nuget,
}


@functools.lru_cache(maxsize=None)
def key(kind, text):
    return orders[kind](text)
