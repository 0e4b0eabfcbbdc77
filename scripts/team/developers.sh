# shellcheck shell=bash
# Who is on the team (developers.txt), and what their environments are called.

developers_file=${DEVELOPERS_FILE:-scripts/team/developers.txt}

# "name slug" a line.
developers() {
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$developers_file"
}

# The slug of a name or of itself; nothing where nobody is called so.
slug_of() { # NAME
  developers | awk -v wanted="$1" '$1 == wanted || $2 == wanted { print $2; exit }'
}

name_of() { # SLUG
  developers | awk -v wanted="$1" '$2 == wanted { print $1; exit }'
}

everybody() {
  developers | awk '{ printf "%s%s (%s)", (NR > 1 ? ", " : ""), $1, $2 }'
}

require_slug() { # NAME
  local slug
  slug=$(slug_of "$1")
  [[ -n $slug ]] || fail "nobody on the team is called \"$1\"; there are $(everybody); somebody new: make add-user USER=name SLUG=slug"
  printf '%s\n' "$slug"
}

cluster_of() { printf 'ottoscaler-%s\n' "$1"; } # SLUG
namespace_of() { printf '%s-dev\n' "$1"; }      # SLUG
env_file_of() { printf '.env.%s.local\n' "$1"; } # SLUG
overlay_of() { printf 'k8s/overlays/%s\n' "$1"; } # SLUG
