#!/bin/sh
# checkout.sh   clone into the workspace and merge the head into its target branch as that is now
# The only phase that can read the token.
. "$(dirname "$0")/lib.sh"

url=$PR_POD_REPO_URL
head_ref=$PR_POD_HEAD_REF
expected_sha=${PR_POD_HEAD_SHA:-}
base=${PR_POD_BASE_REF:-}
pull=${PR_POD_PULL:-}
token_file=${PR_POD_TOKEN_FILE:-/pr-pod/secret/token}

# What a server says is not to be trusted with the log: it may send the token back.
redact() {
  awk -v file="$token_file" '
    BEGIN { if ((getline token <file) < 0) token = "" }
    {
      while (token != "" && (at = index($0, token)) > 0)
        $0 = substr($0, 1, at - 1) "<token>" substr($0, at + length(token))
      gsub(/[\001-\010\013-\037\177]/, "?")
      print
    }'
}

# remote ARGUMENT...   a git command that talks to the server; what it complains about goes to the log
# and to $scratch/errors. The helper is asked for this server only: no redirect gets the token.
remote() {
  status=0
  if [ -r "$token_file" ]; then
    GIT_CONFIG_COUNT=4 GIT_CONFIG_KEY_3="credential.$origin.helper" \
      GIT_CONFIG_VALUE_3="!/bin/sh '$scripts/credential.sh'" \
      git "$@" 2>"$scratch/raw" || status=$?
  else
    git "$@" 2>"$scratch/raw" || status=$?
  fi
  redact <"$scratch/raw" >"$scratch/errors"
  cat "$scratch/errors" >&2
  return $status
}

# Why the last `remote` failed, in words. The exit code alone decides that it did.
explain() {
  case $(cat "$scratch/errors") in
    *'could not read Username'*)
      echo "the server wants a token for $url: set GITHUB_PAT"
      ;;
    *'Authentication failed'*)
      echo "the server refuses the token for $url (401): expired or revoked? Make a new one"
      ;;
    *'not found'*)
      echo "$url does not exist, or the token may not see it (404): a private repository needs a token with access to it"
      ;;
    *'returned error: 403'*)
      echo "the token may not read $url (403): it lacks the scope, or needs single sign-on"
      ;;
    *"couldn't find remote ref"* | *'not our ref'*)
      echo "$url has no $head_ref"
      ;;
    *) echo "git: $(sed -n 's/^fatal: //p' "$scratch/errors" | head -n 1)" ;;
  esac
}

# Names of the index with that mode; 160000 is a submodule.
names_of_mode() {
  git ls-files -s -z | lines | sed -n "s/^$1 [0-9a-f]* 0	//p"
}

lfs_pointers() {
  git grep -zlI '^version https://git-lfs.github.com/spec/v1$' | lines | while IFS= read -r line; do
    real_name "$line"
    [ "$(wc -c <"./$name")" -gt 1024 ] || printf '%s\n' "$line"
  done
}

case $url in
  *://*@*) fail "the repository's URL has credentials in it: leave them out" ;;
esac
origin=$(printf '%s\n' "$url" | sed -n 's,^\([a-z]*://[^/]*\).*,\1,p')
[ -r "$token_file" ] || say "no token: a public repository needs none"

say "cloning $url"
cd "$workspace"
git init -q --template=
git remote add origin "$url"
git config user.name pr-pod
git config user.email pr-pod@localhost

remote ls-remote origin HEAD "refs/heads/$base" "$head_ref" >"$scratch/refs" || fail "$(explain)"
[ -s "$scratch/refs" ] || fail "$url is empty, or has neither $head_ref nor a default branch"
case $head_ref in
  refs/*)
    grep -q "	$head_ref\$" "$scratch/refs" ||
      fail "$url has no $head_ref: is the number right, is the branch still there?"
    ;;
esac
[ -z "$base" ] || grep -q "	refs/heads/$base\$" "$scratch/refs" || fail "$url has no branch $base"

set -- "+$head_ref:refs/pr-pod/head"
[ -z "$base" ] || set -- "$@" "+refs/heads/$base:refs/pr-pod/base"
remote fetch -q --no-tags --no-recurse-submodules --no-write-fetch-head origin "$@" || fail "$(explain)"

head_sha=$(git rev-parse --verify 'refs/pr-pod/head^{commit}')
moved=
if [ -n "$expected_sha" ] && [ "$expected_sha" != "$head_sha" ]; then
  moved=$expected_sha
  say "the head has moved on since the Job was created: from $expected_sha to $head_sha"
fi
what=${pull:+pull request #$pull}
what=${what:-$head_ref}
base_sha=
details="\"head_sha\":\"$head_sha\",\"moved_from\":\"$moved\""

if [ -z "$base" ]; then
  git checkout -q --detach refs/pr-pod/head
else
  base_sha=$(git rev-parse --verify 'refs/pr-pod/base^{commit}')
  details="$details,\"base_ref\":$(json_string "$base"),\"base_sha\":\"$base_sha\""
  git merge-base "$base_sha" "$head_sha" >/dev/null ||
    fail "$what and $base have no commit in common" "{$details}"
  git checkout -q --detach refs/pr-pod/base
  # The same head and base give the same merge commit, whoever runs it and when.
  GIT_AUTHOR_DATE=$(git log -1 --format=%cI refs/pr-pod/head)
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
  if ! git merge -q --no-ff -m "Merge $what into $base" refs/pr-pod/head >"$scratch/merge" 2>&1; then
    git diff --name-only --diff-filter=U -z | lines >"$scratch/conflicts"
    conflicts=$(count <"$scratch/conflicts")
    [ "$conflicts" -gt 0 ] || fail "git merge: $(tail -n 1 "$scratch/merge")" "{$details}"
    cat "$scratch/merge"
    fail "$what conflicts with $base in $conflicts file(s): rebase it" \
      "{$details,\"conflicts\":$(json_array 20 <"$scratch/conflicts")}"
  fi
fi

# Nothing of the token may stay; git does not write it, and this is where one would see if it did.
if [ -r "$token_file" ] && grep -rqF -f "$token_file" .git/config .git/logs .git/packed-refs 2>/dev/null; then
  fail "the token has been written into .git"
fi

names_of_mode 160000 >"$scratch/submodules"
lfs_pointers >"$scratch/lfs" || :
submodules=$(count <"$scratch/submodules")
lfs=$(count <"$scratch/lfs")
[ "$submodules" -eq 0 ] || say "$submodules submodule(s) are not cloned"
[ "$lfs" -eq 0 ] || say "$lfs file(s) are LFS pointers; their content is not fetched"
author=${PR_POD_AUTHOR:-$(git log -1 --format=%an refs/pr-pod/head)}
merge_sha=$(git rev-parse HEAD)
details="$details,\"merge_sha\":\"$merge_sha\",\"author\":$(json_string "$(printf '%.100s' "$author")")"
details="$details,\"submodules\":$(json_array 10 <"$scratch/submodules")"
details="$details,\"lfs_pointers\":$(json_array 10 <"$scratch/lfs")"
if [ -n "$base" ]; then
  succeed "$what ($head_sha) by $author, merged into $base ($base_sha)" "{$details}"
fi
succeed "$what ($head_sha) by $author; no target branch to merge into" "{$details}"
