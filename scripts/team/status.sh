#!/usr/bin/env bash
# All at a glance: tools, development containers, environments, and the chosen one's Pods. Nothing missing ends it.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/developers.sh
. scripts/team/environment.sh

heading() { printf '\n%s\n' "$1"; }

heading 'Tools'
for tool in docker kind kubectl; do
  if is_there "$tool"; then echo "  $tool: $(command -v "$tool")"; else echo "  $tool: missing; $(how_to_get "$tool")"; fi
done

heading 'Development containers'
if is_dry || is_there docker; then
  run docker ps --all --filter name=ottoscaler- --format '  {{.Names}}: {{.Status}}' || echo '  docker does not answer'
fi

heading 'Environments'
bash scripts/team/list-envs.sh

if ! chosen=$(choose_env_file 2>&1 && printf '%s' "$env_file"); then
  heading "No environment is chosen: ${chosen#*: }"
  exit 0
fi
choose_environment
heading "$env_file: namespace $namespace"
if is_dry || is_there kubectl; then
  run "${kube[@]}" get deployment,service ottoscaler || echo '  not deployed, or the cluster does not answer'
  run "${kube[@]}" get pods -l 'app in (ottoscaler,otto-agent)' || true
fi
