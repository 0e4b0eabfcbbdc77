#!/usr/bin/env bash
# Looking at an environment: one kubectl each, at the right cluster and namespace. ARGS goes to kubectl.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh
. scripts/team/environment.sh

what=$1
choose_environment
need kubectl
# shellcheck disable=SC2206 # ARGS are words, as on a command line
more=(${ARGS:-})

case $what in
  logs) become "${kube[@]}" logs -l app=ottoscaler -f --tail=200 --prefix ${more[@]+"${more[@]}"} ;;
  worker-status) become "${kube[@]}" get pods -l managed-by=ottoscaler -o wide ${more[@]+"${more[@]}"} ;;
  port-forward) become "${kube[@]}" port-forward deployment/ottoscaler "${grpc_port:-9090}:9090" ${more[@]+"${more[@]}"} ;;
  k8s-status)
    run "${kube[@]}" cluster-info
    run "${kube[@]}" get nodes -o wide
    run "${kube[@]}" get deployments,pods,services,leases
    run "${kube[@]}" get events --sort-by=.lastTimestamp --field-selector type=Warning
    ;;
  *) fail "unknown: $what" ;;
esac
