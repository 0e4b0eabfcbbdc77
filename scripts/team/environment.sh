# shellcheck shell=bash disable=SC2034 # whoever sources it reads what it sets
# Which environment a command is about: the one of USER=, else ENV_FILE, else the only one there is.

# Of an env file, without running it: the last line NAME=value, quotes taken off. The environment outranks it.
value_of() { # NAME
  local line=${!1:-}
  if [[ -z $line && -r ${env_file:-} ]]; then
    line=$(sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" "$env_file" | tail -n 1 | tr -d '\r')
    case $line in
      \"*\") line=${line#\"} line=${line%\"} ;;
      \'*\') line=${line#\'} line=${line%\'} ;;
      *) line=${line%%[[:space:]]#*} ;;
    esac
  fi
  printf '%s\n' "$line"
}

# Sets env_file. Nothing is asked where there is no choice.
choose_env_file() {
  local found
  if [[ -n ${OTTO_DEVELOPER:-} ]]; then
    env_file=$(env_file_of "$(require_slug "$OTTO_DEVELOPER")")
    [[ -r $env_file ]] || fail "$OTTO_DEVELOPER has no environment on this machine yet; make setup-user USER=$OTTO_DEVELOPER makes one"
    return
  fi
  if [[ -n ${ENV_FILE:-} ]]; then
    env_file=$ENV_FILE
    [[ -r $env_file ]] || fail "ENV_FILE=\"$env_file\" cannot be read; make list-envs shows what there is"
    return
  fi
  found=$(find . -maxdepth 1 -name '.env.*.local' | sed 's|^\./||' | sort)
  case $(printf '%s' "$found" | grep -c .) in
    0) fail "there is no environment yet; make setup-user USER=name makes one, for $(everybody)" ;;
    1) env_file=$found ;;
    *) fail "there is more than one environment ($(printf '%s' "$found" | tr '\n' ' ' | sed 's/ $//; s/ /, /g')); say which by USER=name or ENV_FILE=file" ;;
  esac
}

# Sets env_file, kind_cluster, namespace, grpc_port and the array `kube`: kubectl at the right place.
choose_environment() {
  local context
  choose_env_file
  kind_cluster=$(value_of KIND_CLUSTER)
  namespace=$(value_of NAMESPACE)
  grpc_port=$(value_of GRPC_PORT)
  context=$(value_of KUBE_CONTEXT)
  [[ -n $namespace ]] || fail "$env_file says no NAMESPACE; write NAMESPACE=the namespace into it"
  [[ -n $context ]] || fail "$env_file says no KUBE_CONTEXT; write KUBE_CONTEXT=a context of your kubeconfig into it (kubectl config get-contexts)"
  kube=(kubectl --context "$context" --namespace "$namespace")
}
