#!/bin/sh
# build.sh   build what the change affects with buildx's Kubernetes driver
. "$(dirname "$0")/lib.sh"
skip_after checkout verify detect
builder=$PR_POD_BUILDER
limit=${PR_POD_BUILD_TIMEOUT:-1800}
max_images=${PR_POD_MAX_IMAGES:-20}
entitlements=${PR_POD_ENTITLEMENTS:-}
: >"$scratch/images"

cd "$workspace"
sha=$(git rev-parse HEAD)
tag=$(printf '%.12s' "$sha")

# What is left of the phase's time, at least a second.
left() {
  now=$(date +%s)
  rest=$((began + limit - now))
  [ "$rest" -gt 0 ] || rest=1
  echo "$rest"
}

# buildx ARGUMENT...   within the time of the phase; the last error that it tells is also in $scratch/error
# In a session of its own, all of which ends with it: docker's client and its plugin may outlive a TERM.
buildx() {
  rm -f "$scratch/pipe" "$scratch/error"
  mkfifo "$scratch/pipe"
  awk -v file="$scratch/error" '{ print; fflush() } sub(/^ERROR: /, "") { last = $0 }
    END { if (last != "") print last >file }' <"$scratch/pipe" >&2 &
  printer=$!
  setsid timeout -k 3 "$(left)" docker buildx "$@" 2>"$scratch/pipe" &
  client=$!
  status=0
  wait "$client" || status=$?
  kill -KILL -- "-$client" 2>/dev/null || :
  wait "$printer"
  return $status
}

# supports COMMAND FLAG   0.13, the docker:24 image's, does not know all of them
supports() {
  docker buildx "$1" --help 2>/dev/null | grep -q -- "$2"
}

# image_name PATH   a name for what is not pushed anywhere
image_name() {
  text=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]' | tr -c '[:alnum:]' '-' | tr -s '-' | cut -c1-100)
  text=${text#-}
  text=${text%-}
  printf 'pr-pod/%s:%s' "${text:-image}" "$tag"
}

digest_of() {
  tr ',{' '\n' <"$1" | sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' | head -n 1
}

# What buildx prints of a bake file is indented by two.
targets_of() { # PLAN
  awk '/^  "target": *\{/ { on = 1; next } /^  \}/ { on = 0 }
    on && /^    "[^"]*": *\{/ { sub(/^ *"/, ""); sub(/".*/, ""); print }' "$1"
}
digests_of() { # METADATA   lines of TARGET DIGEST
  awk '/^  "[^"]*": *\{/ { target = $1; gsub(/[":]/, "", target) }
    /^    "containerimage.digest":/ { digest = $2; gsub(/[",]/, "", digest); print target, digest }' "$1"
}

note() { # PATH DIGEST
  printf '{"path":%s,"digest":"%s"}\n' "$(json_string "$(printf '%.200s' "$1")")" "$2" >>"$scratch/images"
}

images_json() {
  awk 'BEGIN { printf "[" } { size += length($0) + 1 } size > 2500 { exit }
    { printf "%s%s", (NR > 1 ? "," : ""), $0 } END { printf "]" }' "$scratch/images"
}

give_up() { # SUMMARY
  summary=$1
  [ ! -s "$scratch/error" ] || summary="$summary: $(cut -c1-400 <"$scratch/error")"
  if [ "$(date +%s)" -ge $((began + limit)) ]; then
    summary="the build was stopped after $limit s (--build-timeout): $1"
  fi
  fail "$summary" "{\"images\":$(images_json)}"
}

build_one() { # LINE CONTEXT
  real_name "$1"
  parent_of "$name"
  [ "$2" = root ] && context=. || context=$directory
  say "building $1, context $context"
  rm -f "$scratch/metadata"
  set --
  for entitlement in $entitlements; do set -- "$@" --allow "$entitlement"; done
  buildx build --builder "$builder" --progress plain --metadata-file "$scratch/metadata" \
    --output "type=image,name=$(image_name "$name"),push=false" --label "org.opencontainers.image.revision=$sha" \
    "$@" --file "./$name" -- "$context" || return 1
  note "$name" "$(digest_of "$scratch/metadata")"
}

# A bake file says itself what is read; nothing outside of the tree, whatever buildx thinks.
check_paths() { # PLAN
  awk '
    /"contexts": *\{/ { named = 1 }
    named && /: *"(oci-layout:\/\/|\/|[^":]*\.\.(\/|"))/ { print }
    named && /\}/ { named = 0 }
    /"(context|dockerfile)": *"(\/|[^":]*\.\.(\/|"))/ { print }
    /(dest|src)=(\/|[^",]*\.\.\/)/ { print }' "$1" >"$scratch/outside"
  [ ! -s "$scratch/outside" ] || fail "the bake file reaches out of the tree:$(head -n 3 "$scratch/outside")"
}

# The values of every `entitlements` of a bake file, as HCL, as JSON or as buildx prints it.
entitlements_in() { # FILE
  awk '
    /^[ \t]*(#|\/\/)/ { next }
    match($0, /entitlements"?[ \t]*[=:]/) { $0 = substr($0, RSTART + RLENGTH); on = 1 }
    on {
      end = index($0, "]")
      if (end) $0 = substr($0, 1, end)
      while (match($0, /"[^"]*"/)) {
        print substr($0, RSTART + 1, RLENGTH - 2)
        $0 = substr($0, RSTART + RLENGTH)
      }
      if (end) on = 0
    }' "$1" | sort -u
}

# BuildKit grants what the builder was made with, and nothing else; this says so before it is built. A buildx that
# cannot pass entitlements on leaves them out of what it prints.
check_entitlements() { # PLAN FILE
  if supports bake --allow; then
    entitlements_in "$1" >"$scratch/wanted"
    grants=yes
  else
    entitlements_in "$2" >"$scratch/wanted"
    grants=
  fi
  while IFS= read -r wanted; do
    case " $entitlements " in
      *" $wanted "*) ;;
      *) fail "the bake file asks for $wanted, which is not allowed: --allow-entitlement $wanted" ;;
    esac
  done <"$scratch/wanted"
  [ -n "$grants" ] || [ ! -s "$scratch/wanted" ] ||
    fail "the docker buildx of the image is too old to grant $(tr "\n" " " <"$scratch/wanted")to a bake file: choose another with --image"
}

# Its images are named and kept as those of Dockerfiles are, whatever the file wants to be done with them.
build_bake() { # LINE
  real_name "$1"
  say "baking $1"
  parent_of "$name"
  cd "$directory"
  file=./${name##*/}
  buildx bake --builder "$builder" --file "$file" --print >"$scratch/plan" || return 1
  check_paths "$scratch/plan"
  check_entitlements "$scratch/plan" "$file"
  targets_of "$scratch/plan" >"$scratch/targets"
  targets=$(count <"$scratch/targets")
  [ "$targets" -le "$max_images" ] || fail "$1 bakes $targets images, the limit is $max_images: --max-images"
  set --
  while IFS= read -r target; do
    set -- "$@" --set "$target.output=type=image,name=$(image_name "$target"),push=false"
  done <"$scratch/targets"
  if supports bake --allow; then
    for entitlement in $entitlements; do set -- "$@" --allow "$entitlement"; done
  fi
  buildx bake --builder "$builder" --file "$file" --progress plain --metadata-file "$scratch/metadata" "$@" ||
    return 1
  digests_of "$scratch/metadata" >"$scratch/digests"
  while read -r target digest; do note "$name#$target" "$digest"; done <"$scratch/digests"
  cd "$workspace"
}

began=$(date +%s)
docker buildx version || fail "the image has no docker buildx: choose another with --image"

# A bake file says what to build; its Dockerfiles are not built on their own as well.
if grep -q '^bake|' "$results/found"; then kind=bake; else kind=dockerfile; fi
grep "^$kind|yes|" "$results/found" >"$scratch/wanted_files" || :
total=$(count <"$scratch/wanted_files")
[ "$total" -gt 0 ] || succeed "the change affects nothing that is built" '{"images":[]}'
[ "$total" -le "$max_images" ] ||
  fail "the change affects $total images, the limit is $max_images: --max-images"

docker buildx create --name pr-pod --driver kubernetes --node "$builder" \
  --driver-opt "namespace=$PR_POD_NAMESPACE,rootless=${PR_POD_ROOTLESS:-false}" >/dev/null ||
  fail "docker buildx create failed; the log says more"
builder=pr-pod

exec 3<"$scratch/wanted_files"
while IFS= read -r entry <&3; do
  entry=${entry#*|*|}
  context=${entry%%|*}
  path=${entry#*|*|}
  if [ "$kind" = bake ]; then
    build_bake "$path" || give_up "baking $path failed"
  else
    build_one "$path" "$context" || give_up "building $path failed"
  fi
done
exec 3<&-
succeed "built $total of $total: $(tr '\n' ' ' <"$scratch/images")" "{\"images\":$(images_json)}"
