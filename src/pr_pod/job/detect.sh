#!/bin/sh
# detect.sh   what can be built: Dockerfiles, bake and compose files, Helm charts, and what the change affects
#
# Leaves <results>/found, one line an entry: KIND|AFFECTED|CONTEXT|WHY|PATH with AFFECTED yes or no,
# CONTEXT dir (the file's directory), root (the repository's) or none, for the build phase.
. "$(dirname "$0")/lib.sh"
skip_after checkout verify
max_found=${PR_POD_MAX_FOUND:-1000}

cd "$workspace"
root=$(pwd -P)
found=$results/found
: >"$found"
: >"$scratch/refused"

# kind_of PATH   sets $kind
kind_of() {
  case ${1##*/} in
    *.dockerignore) kind= ;;
    Dockerfile | Dockerfile.* | *.Dockerfile | *.dockerfile) kind=dockerfile ;;
    Containerfile | Containerfile.* | *.Containerfile) kind=dockerfile ;;
    docker-bake.hcl | docker-bake.json | docker-bake.override.hcl | docker-bake.override.json) kind=bake ;;
    compose.yaml | compose.yml | compose.*.yaml | compose.*.yml) kind=compose ;;
    docker-compose.yaml | docker-compose.yml | docker-compose.*.yaml | docker-compose.*.yml) kind=compose ;;
    Chart.yaml) kind=chart ;;
    *) kind= ;;
  esac
}

# The sources of COPY and ADD that name a file of the context: neither a stage's nor a URL.
copied() {
  head -c 65536 "$1" | awk '
    toupper($1) == "COPY" || toupper($1) == "ADD" {
      at = 2
      while ($at ~ /^--/) { if ($at ~ /^--from=/) next; at++ }
      source = $at
      gsub(/^\["?|[",\]]/, "", source)
      if (source == "" || source == "." || source ~ /[$*?<]|:\/\//) next
      print source
      if (++n == 10) exit
    }'
}

# context_of   corrects $context and $why for the Dockerfile $name in $directory
context_of() {
  [ "$directory" != . ] || return 0
  copied "./$name" >"$scratch/copied"
  while IFS= read -r source; do
    if [ -e "$directory/$source" ]; then
      why='what it copies is beside it'
      return 0
    fi
    if [ -e "./$source" ]; then
      context=root
      why='what it copies is at the root'
      return 0
    fi
  done <"$scratch/copied"
}

# is_affected   does the change touch the context of $name?
is_affected() {
  [ -s "$scratch/changed" ] || return 1
  [ "$context" = dir ] && [ "$directory" != . ] || return 0
  prefix=$(printf '%s/' "${directory#./}" | tr '\n' '\001')
  PREFIX=$prefix awk 'index($0, ENVIRON["PREFIX"]) == 1 { found = 1; exit } END { exit !found }' \
    "$scratch/changed"
}

# Where a link leads decides, not where it stands: a Dockerfile that is none of the tree's is refused.
stays_inside() {
  target=$(readlink -f "./$name") || return 1
  case $target in
    "$root"/.git/*) return 1 ;;
    "$root"/*) [ -f "$target" ] ;;
    *) return 1 ;;
  esac
}

if git rev-parse -q --verify refs/pr-pod/base >/dev/null; then
  git diff --name-only --no-renames -z refs/pr-pod/base HEAD | lines >"$scratch/changed"
else
  git ls-files -z | lines >"$scratch/changed"
fi

all=0
git ls-files -z | lines >"$scratch/files"
while IFS= read -r line; do
  kind_of "$line"
  [ -n "$kind" ] || continue
  all=$((all + 1))
  [ "$all" -le "$max_found" ] || continue
  real_name "$line"
  if ! stays_inside; then
    printf '%s\n' "$line" >>"$scratch/refused"
    continue
  fi
  parent_of "$name"
  context=dir
  why='its own directory'
  [ "$kind" != dockerfile ] || context_of
  affected=no
  ! is_affected || affected=yes
  printf '%s|%s|%s|%s|%s\n' "$kind" "$affected" "$context" "$why" "$line" >>"$found"
done <"$scratch/files"

of_kind() {
  grep -c "^$1|" "$found" || :
}

# The entries as JSON, those that the change affects first, as far as a result has room for them.
items() {
  sort -t '|' -k 2,2r -s "$found" | head -n 20 | while IFS= read -r entry; do
    kind=${entry%%|*} entry=${entry#*|}
    affected=${entry%%|*} entry=${entry#*|}
    context=${entry%%|*} entry=${entry#*|}
    why=${entry%%|*} entry=${entry#*|}
    [ "$affected" = yes ] && flag=true || flag=false
    printf '{"kind":"%s","path":%s,"affected":%s,"context":"%s","why":"%s"}\n' "$kind" \
      "$(json_string "$(printf '%.200s' "$entry")")" "$flag" "$context" "$why"
  done | awk '
    BEGIN { printf "[" }
    { size += length($0) + 1 }
    size > 2200 { exit }
    { printf "%s%s", (NR > 1 ? "," : ""), $0 }
    END { printf "]" }'
}

dockerfiles=$(of_kind dockerfile)
bake=$(of_kind bake)
compose=$(of_kind compose)
charts=$(of_kind chart)
refused=$(count <"$scratch/refused")
affected=$(grep -c '^[a-z]*|yes|' "$found" || :)
details="\"dockerfiles\":$dockerfiles,\"bake\":$bake,\"compose\":$compose,\"charts\":$charts"
details="$details,\"affected\":$affected,\"changed_files\":$(count <"$scratch/changed")"
details="$details,\"refused\":$(head -n 5 "$scratch/refused" | cut -c1-200 | json_array 5),\"items\":$(items)"
summary="$dockerfiles Dockerfile(s), $bake bake file(s), $compose compose file(s), $charts chart(s); the change affects $affected of them"

while IFS= read -r line; do
  say "refused: $line leads out of the tree, or nowhere"
done <"$scratch/refused"
say "$(sed 's/|/ | /g' "$found" | head -n 50)"
[ "$all" -le "$max_found" ] ||
  fail "$all entries, of which only $max_found are looked at: not what this is made for" "{$details}"
[ "$refused" -eq 0 ] || summary="$summary; $refused refused, because they lead out of the tree"
succeed "$summary" "{$details}"
