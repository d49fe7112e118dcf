#!/bin/sh
# credential.sh get   the git credential helper of the checkout: reads the token where it is mounted
# It is read by a shell builtin and written to git's pipe: it is in no argument and no environment.
set -eu
[ "${1:-}" = get ] || exit 0
token=
IFS= read -r token <"${PR_POD_TOKEN_FILE:-/pr-pod/secret/token}" || [ -n "$token" ]
printf 'username=x-access-token\npassword=%s\n' "$token"
