// How golang.org/x/mod/semver, which the go command uses, orders the pairs of standard input,
// "A<tab>B" a line: <, =, > or ? a line.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		a, b = "v"+a, "v"+b
		if !semver.IsValid(a) || !semver.IsValid(b) {
			fmt.Println("?")
			continue
		}
		fmt.Println([]string{"<", "=", ">"}[semver.Compare(a, b)+1])
	}
}
