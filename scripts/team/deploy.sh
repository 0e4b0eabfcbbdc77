#!/usr/bin/env bash
# The image into the environment's Kind cluster, the manifests applied, and the new Pod waited for.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh
. scripts/team/environment.sh

choose_environment
image=${IMAGE:-ottoscaler:latest}
overlay=$(value_of OVERLAY)
[[ -n $overlay ]] || fail "$env_file says no OVERLAY; write OVERLAY=k8s/overlays/a folder into it"
need_kustomize
is_dry || [[ -r $overlay/kustomization.yaml ]] || fail "$overlay has no kustomization.yaml; make setup-user USER=name makes it"

if [[ -n $kind_cluster ]]; then
  need docker kind
  is_dry || docker image inspect "$image" >/dev/null 2>&1 || fail "there is no image $image here; make build builds it"
  run kind load docker-image "$image" --name "$kind_cluster"
fi
# A Pod that has just been made need not be made again. A dry run shows how it is from the second time on.
is_there_already() { is_dry || [[ -n $("${kube[@]}" get deployment ottoscaler --ignore-not-found -o name) ]]; }
if is_there_already; then update=1; else update=''; fi
run "${kube[@]}" apply -k "$overlay"
if [[ -n ${IMAGE:-} ]]; then
  run "${kube[@]}" set image deployment/ottoscaler "ottoscaler=$IMAGE"
elif [[ -n $update ]]; then
  # The tag is the same as before, so that nothing in the manifests says that the image is another.
  run "${kube[@]}" rollout restart deployment/ottoscaler
fi
patience="--timeout=${ROLLOUT_SECONDS:-120}s"
# Who stands by is never ready, which a rollout would wait for: of several the leader is enough, once the former Pods are gone.
wait_for_ready() {
  local replicas=1
  is_dry || replicas=$("${kube[@]}" get deployment ottoscaler -o 'jsonpath={.spec.replicas}')
  if ((${replicas:-1} > 1)); then
    run "${kube[@]}" wait "--for=jsonpath={.status.updatedReplicas}=$replicas" deployment/ottoscaler "$patience" &&
      run "${kube[@]}" wait '--for=jsonpath={.status.readyReplicas}=1' deployment/ottoscaler "$patience"
  else
    run "${kube[@]}" rollout status deployment/ottoscaler "$patience"
  fi
}
if ! wait_for_ready; then
  "${kube[@]}" get pods -l app=ottoscaler -o wide >&2 || true
  fail "ottoscaler is not ready; make k8s-status shows why, make logs what it said"
fi
