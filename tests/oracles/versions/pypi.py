# How packaging, which pip uses, orders the pairs of standard input, "A<tab>B" a line: <, =, > or ?.
import sys

from packaging.version import InvalidVersion, Version

for line in sys.stdin:
    a, b = line.rstrip("\n").split("\t")
    try:
        left, right = Version(a), Version(b)
        print("<" if left < right else ">" if left > right else "=")
    except InvalidVersion:
        print("?")
