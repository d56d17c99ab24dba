# The node, its built-in models and the development chain: everything that `cortensor` can do, as one image.
#   docker build -t cortensor .
#   docker run --rm cortensor --help
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY . .
# No package has an install script that is needed; binaries come as packages of their own.
RUN npm ci --ignore-scripts --no-audit --no-fund && npm run build --ignore-scripts && npm prune --omit=dev --ignore-scripts

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app /app
# State of the node: keys, blocks, what it has signed. The user is the image's own `node`, number 1000.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
ENTRYPOINT ["node", "/app/apps/cli/bin/cortensor.js"]
CMD ["--help"]
