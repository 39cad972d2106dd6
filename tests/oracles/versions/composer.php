<?php
// How Composer orders the pairs of standard input, "A<tab>B" a line: <, =, > or ? a line. Of branches,
// which its constraints keep apart from versions, only those that are named like versions count.
require 'Composer/Semver/autoload.php';
$parser = new Composer\Semver\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    try {
        [$a, $b] = array_map([$parser, 'normalize'], explode("\t", rtrim($line, "\n")));
        $branches = str_starts_with($a, 'dev-') || str_starts_with($b, 'dev-');
        $less = Composer\Semver\Comparator::lessThan($a, $b);
        $greater = Composer\Semver\Comparator::greaterThan($a, $b);
        echo $branches ? '?' : ($less ? '<' : ($greater ? '>' : '=')), "\n";
    } catch (UnexpectedValueException $error) {
        echo "?\n";
    }
}
