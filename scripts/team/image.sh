#!/usr/bin/env bash
# The production image: what the Dockerfile makes of this checkout. The program is built inside it.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh

if ! is_dry && ! is_there docker; then
  fail "docker is needed and not on the PATH; $(how_to_get docker); without it, make compile builds dist alone"
fi
need docker
need_builder
run docker build --tag "${IMAGE:-ottoscaler:latest}" .
