#!/bin/sh
# verify.sh   is what was cloned all there and readable, and what is it?
. "$(dirname "$0")/lib.sh"
skip_after checkout
known='README.md package.json Dockerfile Containerfile go.mod Makefile pom.xml Cargo.toml pyproject.toml'

cd "$workspace"
git rev-parse -q --verify HEAD >/dev/null || fail "$workspace holds no clone"

git ls-files -z | lines >"$scratch/files"
: >"$scratch/missing"
: >"$scratch/dangling"
while IFS= read -r line; do
  real_name "$line"
  if [ -L "./$name" ]; then
    [ -e "./$name" ] || printf '%s\n' "$line" >>"$scratch/dangling"
  elif [ ! -r "./$name" ]; then
    printf '%s\n' "$line" >>"$scratch/missing"
  fi
done <"$scratch/files"

present=
absent=
for file in $known; do
  if [ -f "./$file" ]; then present="$present $file"; else absent="$absent $file"; fi
done
words() {
  for word in $1; do printf '%s\n' "$word"; done | json_array 20
}

files=$(count <"$scratch/files")
missing=$(count <"$scratch/missing")
details="\"files\":$files,\"present\":$(words "$present"),\"absent\":$(words "$absent")"
details="$details,\"missing\":$(json_array 10 <"$scratch/missing")"
details="$details,\"dangling_links\":$(json_array 10 <"$scratch/dangling")"

[ "$files" -gt 0 ] || fail "the commit has no files" "{$details}"
[ "$missing" -eq 0 ] || fail "$missing of $files files are missing or cannot be read" "{$details}"
succeed "$files files, all readable; at the root:${present:- none of the usual files}" "{$details}"
