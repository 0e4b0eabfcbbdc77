#!/usr/bin/env bash
# Takes away what setup-user made: the Kind cluster with all in it, the overlay, the env file.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh

name=${OTTO_DEVELOPER:-}
[[ -n $name ]] || fail "say whose environment is to go: make remove-user USER=name, of $(everybody)"
slug=$(require_slug "$name")
need docker kind
run kind delete cluster --name "$(cluster_of "$slug")"
run rm -rf "$(overlay_of "$slug")" "$(env_file_of "$slug")"
