# The team's environments. These need Bash and the tools that they name, and neither Node nor npm.
.PHONY: setup-user add-user remove-user list-envs status build deploy logs k8s-status worker-status port-forward \
	dev-build dev-start dev-shell dev-stop dev-clean redis-cli

# The shell's USER is who is logged in, and not who is meant.
ifeq ($(origin USER),command line)
export OTTO_DEVELOPER := $(USER)
else
unexport OTTO_DEVELOPER
endif
team = @TARGET=$@ bash scripts/team

##@ Environments: one developer, one Kind cluster. USER=name or ENV_FILE=file where there are several; DRY_RUN=1 only shows
setup-user: ## a developer's Kind cluster, namespace, overlay and .env.SLUG.local; make setup-user USER=한진우
	$(team)/setup-user.sh

add-user: ## somebody new on the team; make add-user USER=홍길동 SLUG=honggildong
	$(team)/add-user.sh

remove-user: ## takes away what setup-user made, the cluster with all in it; make remove-user USER=한진우
	$(team)/remove-user.sh

list-envs: ## the team, their clusters, namespaces and env files, and which are on this machine
	$(team)/list-envs.sh

build: ## the production image ottoscaler:latest (IMAGE=name:tag)
	$(team)/image.sh

deploy: ## the image into the Kind cluster, the manifests applied, the new Pod waited for
	$(team)/deploy.sh

logs: ## what Ottoscaler says in the cluster, as it comes
	$(team)/environment-commands.sh logs

port-forward: ## its gRPC port on this machine, until Ctrl-C
	$(team)/environment-commands.sh port-forward

status: ## all at a glance: tools, containers, environments, Pods
	$(team)/status.sh

k8s-status: ## the cluster, its nodes, what is deployed, warnings
	$(team)/environment-commands.sh k8s-status

worker-status: ## the worker Pods
	$(team)/environment-commands.sh worker-status

##@ Development container: every tool, the same everywhere; edit outside, run inside
dev-build: ## its image
	$(team)/dev-container.sh build

dev-start: ## it and a Redis; builds the image where there is none
	$(team)/dev-container.sh start

dev-shell: ## a shell in it
	$(team)/dev-container.sh shell

dev-stop: ## stops both; dev-start goes on with them
	$(team)/dev-container.sh stop

dev-clean: ## removes containers, caches and the image
	$(team)/dev-container.sh clean

redis-cli: ## a prompt at the Redis of REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_PASSWORD and REDIS_DB
	$(team)/redis-cli.sh
