"""A matcher that is slow and obvious, to compare Plimsoll's with.

    reference.py FEEDS DIRECTORY SHARE

reads the feeds in FEEDS, makes inventories of them in DIRECTORY (made.py), of one name in SHARE,
and answers for each inventory in DIRECTORY, made or not, x.json, in x.json.expected: a line for
each package, tabs between what is known of it, and behind the last its flaws with blanks between.
"""

import os
import sys

import made
import matching
import records


def main(feeds, directory, share):
    known, refused = records.read_feeds(feeds)
    matcher = matching.Matcher(known)
    _, counts = made.write_inventories(matcher, directory, int(share))
    packages = findings = 0
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".json"):
            continue
        system, inventory = matching.read_inventory(f"{directory}/{name}")
        lines = set()
        for package in inventory:
            flaws = matcher.flaws_of(system, package)
            packages += 1
            findings += len(flaws)
            lines.add(f"{package.line()}\t{' '.join(flaws)}\n")
        with open(f"{directory}/{name}.expected", "w", encoding="utf-8") as file:
            file.writelines(sorted(lines))
    print(f"{len(known)} records, {len(refused)} refused, {packages} packages, {findings} findings")
    print(
        f"{counts.borders} borders, {len(counts.without_before)} with nothing before them, "
        f"{len(counts.without_after)} with nothing after them"
    )
    for line in refused[:20] + sorted(set(counts.without_before + counts.without_after))[:20]:
        print(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
