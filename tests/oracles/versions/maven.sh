#!/bin/sh
# How Maven orders the pairs of standard input, "A<tab>B" a line: <, = or > a line. $1 is the jar of
# maven-artifact. Its ComparableVersion compares each argument with the one before it, so every second
# of its answers is of a pair.
tr '\t' '\n' |
  xargs -d '\n' -x -n 2000 java -XX:TieredStopAtLevel=1 -cp "$1" \
    org.apache.maven.artifact.versioning.ComparableVersion |
  awk '/^1\. /{ second = 1 } /^   /{ if (second) print substr($2, 1, 1); second = !second }'
