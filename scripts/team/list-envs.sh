#!/usr/bin/env bash
# The environments of the team, and which of them are on this machine.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh

clusters=''
if is_there kind; then clusters=$(kind get clusters 2>/dev/null || true); fi

# The names come last: how wide Hangul is, is the terminal's to say.
row='%-14s %-26s %-20s %-26s %s\n'
# shellcheck disable=SC2059 # the format is the one above
printf "$row" SLUG 'KIND CLUSTER' NAMESPACE 'ENV FILE' DEVELOPER
while read -r name slug; do
  cluster=$(cluster_of "$slug") file=$(env_file_of "$slug")
  printf '%s\n' "$clusters" | grep -qxF "$cluster" && cluster="$cluster *"
  [[ -e $file ]] && file="$file *"
  # shellcheck disable=SC2059 # the format is the one above
  printf "$row" "$slug" "$cluster" "$(namespace_of "$slug")" "$file" "$name"
done < <(developers)
if is_there kind; then
  echo '* = on this machine'
else
  echo "* = on this machine; whether clusters are cannot be told without kind ($(how_to_get kind))"
fi
