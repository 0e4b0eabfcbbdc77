# Ottoscaler's images.
#
#   docker build -t ottoscaler .                              the server
#   docker build -t otto-agent --target agent .               for workers that push their lines (docs/otto-agent.md)
#   docker build --secret id=npmrc,src="$HOME/.npmrc" …       behind a registry of your own
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… …
#
# The base is pinned to a patch release, the one that package-lock.json has for development. Where a release is made, its
# digest goes into NODE_IMAGE: only whoever pulled the image knows it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without install scripts: the one that matters here would fetch a second Node.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error
COPY . .
ENV PATH=/build/node_modules/.bin:$PATH
RUN node scripts/build.ts && node scripts/sbom.ts sbom.cdx.json
# What is left is what runs: no types and maps of dependencies, and the programs under their own names.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete \
 && for name in ottoscaler otto-agent test-scaling test-pipeline test-event; do ln -s "$name.js" "bin/$name"; done

FROM ${NODE_IMAGE} AS program
WORKDIR /app
ENV NODE_ENV=production PATH=/app/bin:$PATH
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/proto proto
COPY --from=build /build/bin bin
COPY --from=build /build/dist dist
# What the image is made of beside its base (docs/security.md).
COPY --from=build /build/sbom.cdx.json /usr/share/doc/ottoscaler/

# Worker Pods set their own user (WORKER_RUN_AS_USER); this is the one where nobody does.
FROM program AS agent
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["otto-agent", "--"]

FROM program AS server
# In a container loopback would be for itself alone; plaintext there has to be allowed in so many words (docs/security.md).
ENV GRPC_HOST=0.0.0.0 HTTP_HOST=0.0.0.0
EXPOSE 9090 8080
# The base's user `node`, by number: Kubernetes can tell from that alone that it is not root.
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["ottoscaler", "healthcheck"]
ENTRYPOINT ["ottoscaler"]
