#!/usr/bin/env bash
# A prompt at the Redis that the programs use: REDIS_* of the environment, else of ENV_FILE. ARGS goes to redis-cli.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. scripts/team/commands.sh
. scripts/team/environment.sh

# shellcheck disable=SC2034 # value_of reads it
env_file=${ENV_FILE:-}
[[ -z $env_file || -r $env_file ]] || fail "ENV_FILE=\"$env_file\" cannot be read; make list-envs shows what there is"
need redis-cli
host=$(value_of REDIS_HOST) port=$(value_of REDIS_PORT) db=$(value_of REDIS_DB) user=$(value_of REDIS_USERNAME)
# Not an argument: those are shown to whoever lists processes.
REDISCLI_AUTH=$(value_of REDIS_PASSWORD)
if [[ -n $REDISCLI_AUTH ]]; then export REDISCLI_AUTH; fi
# shellcheck disable=SC2206 # ARGS are words, as on a command line
more=(${ARGS:-})
become redis-cli -h "${host:-localhost}" -p "${port:-6379}" -n "${db:-0}" ${user:+--user "$user"} ${more[@]+"${more[@]}"}
