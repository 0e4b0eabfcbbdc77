# The development environment: the tools that this project is worked on with, the same on every machine. The source is not in
# it but mounted, so what is edited outside is run inside.
#
#   make dev-build   docker build --file dev.Dockerfile --tag ottoscaler-dev .
#   make dev-start   starts it, with these mounts:
#
#     the checkout            /workspace                   read and write
#     ~/.kube                 /root/.kube                  read only: kubectl, Ottoscaler and the tests find the cluster
#     /var/run/docker.sock    the same                     kind and docker make their containers beside this one; whoever may
#                                                          use it is root on the host
#     ottoscaler-npm-cache    /root/.npm                   a volume: packages are downloaded once
#     ottoscaler-node-modules /workspace/node_modules      a volume: packages made for this system, whatever the host's is
#
#   and with the host's network, so that Redis, port-forwards and Kind's API server are at localhost as outside.
#   make dev-shell   opens a shell in it; make dev-stop and make dev-clean end it
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG DOCKER_IMAGE=docker:28-cli

FROM ${DOCKER_IMAGE} AS docker

FROM ${NODE_IMAGE}
ARG KUBECTL_VERSION=v1.32.4
ARG KIND_VERSION=v0.27.0
ARG BUF_VERSION=1.74.0

# What make, the scripts and the tests call; buildah, chromium and redis-server are what test suites would else install.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      bash-completion buildah ca-certificates chromium curl git jq less make nano openssl procps redis-server redis-tools \
      shellcheck vim-tiny \
 && rm -rf /var/lib/apt/lists/*

# Both publish the checksum beside the program.
RUN set -eu; arch=$(dpkg --print-architecture); cd /tmp; \
    curl -fsSLo kubectl "https://dl.k8s.io/release/$KUBECTL_VERSION/bin/linux/$arch/kubectl"; \
    echo "$(curl -fsSL "https://dl.k8s.io/release/$KUBECTL_VERSION/bin/linux/$arch/kubectl.sha256")  kubectl" | sha256sum --check; \
    curl -fsSLO "https://kind.sigs.k8s.io/dl/$KIND_VERSION/kind-linux-$arch"; \
    curl -fsSL "https://kind.sigs.k8s.io/dl/$KIND_VERSION/kind-linux-$arch.sha256sum" | sha256sum --check; \
    install kubectl /usr/local/bin/kubectl; install "kind-linux-$arch" /usr/local/bin/kind; \
    rm kubectl "kind-linux-$arch"; \
    kubectl completion bash >/etc/bash_completion.d/kubectl

COPY --from=docker /usr/local/bin/docker /usr/local/bin/docker
RUN npm install --global --no-audit --no-fund "@bufbuild/buf@$BUF_VERSION"

# The prompt says that this is the container, which cluster kubectl would change, and whether the last command failed.
RUN cat >>/etc/bash.bashrc <<'PROMPT'
. /etc/bash_completion
alias k=kubectl
complete -o default -F __start_kubectl k
__otto_prompt() {
  local failed=$? cluster branch
  cluster=$(kubectl config current-context 2>/dev/null)
  branch=$(git -c safe.directory=/workspace branch --show-current 2>/dev/null)
  PS1='\[\e[36m\]otto\[\e[0m\] \w'
  [[ -z $branch ]] || PS1+=" \[\e[35m\]$branch\[\e[0m\]"
  [[ -z $cluster ]] || PS1+=" \[\e[34m\]$cluster\[\e[0m\]"
  ((failed == 0)) || PS1+=" \[\e[31m\]$failed\[\e[0m\]"
  PS1+=' \$ '
}
PROMPT_COMMAND=__otto_prompt
PROMPT

# The mount belongs to another user than root here.
RUN git config --system --add safe.directory /workspace
WORKDIR /workspace
CMD ["bash"]
