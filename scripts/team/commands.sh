# shellcheck shell=bash
# Commands that are shown before they run, or only shown (DRY_RUN=1), and what is said where their tools are missing.
# For Bash 3.2 and later, which is what macOS has.
set -euo pipefail
# Names of people are bytes to be passed on; only the slugs' letters are compared by range.
export LC_ALL=C

fail() { # SENTENCE
  printf 'make %s: %s\n' "${TARGET:-}" "$1" >&2
  exit 1
}

is_dry() { [[ -n ${DRY_RUN:-} && ${DRY_RUN:-} != 0 ]]; }

# As a person would type it. %q would spell Hangul in octal.
in_words() { # ARGUMENT...
  # In variables, since versions of Bash differ in how they read quotes within a substitution.
  local argument line='' quote="'" escaped="'\\''"
  for argument in "$@"; do
    if [[ ! $argument =~ ^[A-Za-z0-9_./:=@,%+-]+$ ]]; then
      argument="'${argument//$quote/$escaped}'"
    fi
    line+="${line:+ }$argument"
  done
  printf '%s\n' "$line"
}

run() { # COMMAND ARGUMENT...
  if is_dry; then
    in_words "$@"
  else
    printf '\xe2\x86\x92 %s\n' "$(in_words "$@")" >&2
    "$@"
  fi
}

# Where a failure is no news, such as the removal of what is not there.
try() { # COMMAND ARGUMENT...
  run "$@" || true
}

# Takes the place of this process, so that signals and the terminal are the command's own.
become() { # COMMAND ARGUMENT...
  if is_dry; then
    in_words "$@"
  else
    printf '\xe2\x86\x92 %s\n' "$(in_words "$@")" >&2
    exec "$@"
  fi
}

# Shown in a dry run as what it writes.
write_file() { # PATH, its content on stdin
  local content
  content=$(cat)
  if is_dry; then
    printf '# %s:\n' "$1"
    printf '%s\n' "$content" | sed 's/^/#   /'
  else
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$content" >"$1"
    printf '%s written\n' "$1"
  fi
}

how_to_get() { # TOOL
  case $1 in
    docker) echo 'install Docker Desktop (macOS, Windows); on Debian 13 and Ubuntu 24.04: apt-get install docker.io docker-buildx; elsewhere: https://docs.docker.com/engine/install' ;;
    kind) echo 'on macOS: brew install kind; elsewhere: https://kind.sigs.k8s.io/docs/user/quick-start/#installation' ;;
    kubectl) echo 'on macOS: brew install kubectl; on Debian 13: apt-get install kubernetes-client; elsewhere: https://kubernetes.io/docs/tasks/tools/' ;;
    redis-cli) echo 'on macOS: brew install redis; on Debian and Ubuntu: apt-get install redis-tools; it is in the development container, too (make dev-shell)' ;;
    *) echo 'install it' ;;
  esac
}

is_there() { command -v "$1" >/dev/null 2>&1; }

# A dry run needs none of them.
need() { # TOOL...
  local tool
  for tool in "$@"; do
    is_dry || is_there "$tool" || fail "$tool is needed and not on the PATH; $(how_to_get "$tool")"
    [[ $tool != docker ]] || is_dry || docker version >/dev/null 2>&1 ||
      fail 'docker does not answer; start Docker Desktop, or on Linux: systemctl start docker (it may need root, or the group docker)'
  done
}

# The Dockerfiles mount secrets and hold scripts, which docker's former builder does not know.
need_builder() {
  is_dry || docker buildx version >/dev/null 2>&1 || fail "docker's buildx is needed; $(how_to_get docker)"
}

# Debian 12 has a kubectl whose kustomize is older than what k8s/ is written for.
need_kustomize() {
  need kubectl
  is_dry || [[ $(kubectl version --client -o json 2>/dev/null) == *kustomizeVersion* ]] ||
    fail "kubectl 1.24 or later is needed, for its kustomize; $(how_to_get kubectl)"
}
