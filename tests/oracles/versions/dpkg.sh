#!/bin/sh
# How dpkg orders the pairs of standard input, "A<tab>B" a line: <, =, > or ? a line.
tab=$(printf '\t')
while IFS="$tab" read -r a b; do
  if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then
    echo "<"
  elif [ $? -eq 2 ]; then
    echo "?"
  elif dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then
    echo "="
  else
    echo ">"
  fi
done
