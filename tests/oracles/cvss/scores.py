# The score that Red Hat's cvss (PyPI) gives each vector of standard input, a line each: "9.8", or
# "?" for what it holds to be no vector.
import sys

from cvss import CVSS2, CVSS3, CVSS4
from cvss.constants3 import ENVIRONMENTAL_METRICS
from cvss.exceptions import CVSSError


def score(vector):
    if vector.startswith("CVSS:4"):
        return CVSS4(vector).scores()[0]
    if vector.startswith("CVSS:3"):
        read = CVSS3(vector)
        _, temporal, environmental = read.scores()
        given = (read.original_metrics.get(metric, "X") for metric in ENVIRONMENTAL_METRICS)
        return environmental if any(value != "X" for value in given) else temporal
    base, temporal, environmental = CVSS2(vector).scores()
    if environmental is not None:
        return environmental
    return base if temporal is None else temporal


for line in sys.stdin:
    try:
        print("%.1f" % score(line.rstrip("\n")))
    except CVSSError:
        print("?")
