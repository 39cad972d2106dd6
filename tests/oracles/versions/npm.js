// How npm's own copy of node-semver orders the pairs of standard input, "A<tab>B" a line: <, =, > or ?.
const path = require("path");
const fs = require("fs");
const roots = ["/usr/lib/node_modules", "/usr/local/lib/node_modules", "/usr/share/nodejs"];
const places = roots.flatMap((root) => [
  path.join(root, "npm/node_modules/semver"),
  path.join(root, "semver"),
]);
const semver = require(places.find((place) => fs.existsSync(place)) || "semver");
for (const line of fs.readFileSync(0, "utf8").split("\n").slice(0, -1)) {
  const [a, b] = line.split("\t").map((text) => semver.parse(text, { loose: true }));
  console.log(a && b ? { "-1": "<", 0: "=", 1: ">" }[a.compare(b)] : "?");
}
