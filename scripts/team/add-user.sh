#!/usr/bin/env bash
# Somebody new on the team: a line more in developers.txt.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh

name=${OTTO_DEVELOPER:-} slug=${SLUG:-}
[[ -n $name && -n $slug ]] || fail 'say who: make add-user USER=홍길동 SLUG=honggildong'
[[ ! $name =~ [[:space:]#\'\"/\\\&@] ]] || fail "USER=\"$name\" must be one word without quotes, slashes, &, @ or #"
# Clusters, namespaces and files are named by it: of a DNS label's 63 letters "ottoscaler-…-control-plane" takes 25.
[[ $slug =~ ^[a-z][a-z0-9]{1,30}$ ]] || fail "SLUG=\"$slug\" must be 2 to 31 lower-case letters and digits, a letter first"
[[ -z $(slug_of "$name") ]] || fail "$name is on the team already, as $(slug_of "$name")"
[[ -z $(name_of "$slug") ]] || fail "SLUG=\"$slug\" is taken by $(name_of "$slug")"
if is_dry; then
  echo "# $developers_file: $name $slug"
else
  printf '%s %s\n' "$name" "$slug" >>"$developers_file"
  echo "$name is $slug now; commit $developers_file, then: make setup-user USER=$name"
fi
