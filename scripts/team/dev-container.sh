#!/usr/bin/env bash
# The development container and its Redis: the same tools on every machine; the source is edited outside, run inside.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh

image=ottoscaler-dev:latest
container=ottoscaler-dev
redis=ottoscaler-redis
redis_image=${REDIS_IMAGE:-redis:7-alpine}

exists() { ! is_dry && docker container inspect "$1" >/dev/null 2>&1; } # CONTAINER

build() {
  need_builder
  run docker build --file dev.Dockerfile --tag "$image" .
}

# Started again where it was stopped: what was installed in it is still there.
start_container() { # NAME, then the arguments of docker run
  if exists "$1"; then
    run docker start "$1"
  else
    run docker run --detach --name "$@"
  fi
}

start() {
  is_dry || docker image inspect "$image" >/dev/null 2>&1 || build
  # As root the daemon would make them, and the machine's own user could not write there any more.
  run mkdir -p node_modules "$HOME/.kube"
  start_container "$redis" --publish 127.0.0.1:6379:6379 "$redis_image"
  # Packages that are made for the machine's own system (macOS, say) are not those of the container's.
  start_container "$container" --network host --workdir /workspace \
    --volume "$PWD:/workspace" \
    --volume ottoscaler-node-modules:/workspace/node_modules \
    --volume ottoscaler-npm-cache:/root/.npm \
    --volume "$HOME/.kube:/root/.kube:ro" \
    --volume /var/run/docker.sock:/var/run/docker.sock \
    --env REDIS_HOST=localhost \
    "$image" sleep infinity
  is_dry || echo 'make dev-shell opens a shell in it.'
}

shell() {
  is_dry || exists "$container" || fail 'the development container is not there; make dev-start starts it'
  become docker exec --interactive --tty "$container" bash
}

stop() { try docker stop "$container" "$redis"; }

clean() {
  try docker rm --force --volumes "$container" "$redis"
  try docker volume rm --force ottoscaler-node-modules ottoscaler-npm-cache
  try docker image rm --force "$image"
}

need docker
case ${1:-} in
  build | start | shell | stop | clean) "$1" ;;
  *) fail "unknown: ${1:-}" ;;
esac
