#!/usr/bin/env bash
# A developer's environment: a Kind cluster, a namespace, an overlay of the manifests, and .env.SLUG.local.
# What is there already is kept, so it may be run again.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh

name=${OTTO_DEVELOPER:-}
[[ -n $name ]] || fail "say whose environment: make setup-user USER=name, of $(everybody)"
slug=$(require_slug "$name")
name=$(name_of "$slug")
cluster=$(cluster_of "$slug") namespace=$(namespace_of "$slug") env_file=$(env_file_of "$slug") overlay=$(overlay_of "$slug")
context=kind-$cluster
need docker kind kubectl

has_cluster() { ! is_dry && kind get clusters 2>/dev/null | grep -qxF "$cluster"; }

if has_cluster; then
  echo "the Kind cluster $cluster is there"
else
  run kind create cluster --name "$cluster" --wait 120s
fi
# So that a plain kubectl, as the documents have it, sees what this developer's Ottoscaler does.
run kubectl config set-context "$context" --namespace="$namespace"
run kubectl config use-context "$context"

if [[ -e $overlay ]] && ! is_dry; then
  echo "$overlay is there, and stays as it is"
else
  for file in kustomization.yaml namespace.yaml; do
    write_file "$overlay/$file" < <(sed -e '/^#/d' -e "s/somebody/$slug/g" "k8s/overlays/developer/$file")
  done
fi
run kubectl --context "$context" apply -f "$overlay/namespace.yaml"

if [[ -e $env_file ]] && ! is_dry; then
  echo "$env_file is there, and stays as it is"
else
  # The example is one developer's own, so that it can be read and tried as it is.
  write_file "$env_file" < <(sed -e '/^##/d' -e "s/한진우/$name/g" -e "s/hanjinwoo/$slug/g" .env.example)
fi

if ! is_dry; then
  cat <<END

$name's environment is ready. What is next:
  make build    the image ottoscaler:latest
  make deploy   into $cluster, namespace $namespace
  make logs
END
fi
