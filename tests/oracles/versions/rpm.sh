#!/bin/sh
# How rpm orders the pairs of standard input, "A<tab>B" a line: <, =, > or ? a line.
rpm --eval '%{lua:
for line in io.lines() do
  local a, b = line:match("^(.-)\t(.*)$")
  local known, order = pcall(rpm.vercmp, a, b)
  print((known and ({[-1] = "<", [0] = "=", [1] = ">"})[order] or "?") .. "\n")
end}'
