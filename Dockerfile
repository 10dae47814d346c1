FROM node:24-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && cd client && ../node_modules/.bin/vite build && cd .. \
  && npm prune --omit=dev && rm -rf node_modules/node-linux-*

FROM node:24-slim
WORKDIR /app
COPY --from=build /app /app
RUN mkdir -p /var/lib/cobench && chown node:node /var/lib/cobench
USER node
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/var/lib/cobench
EXPOSE 8080
CMD ["node", "server/src/main.ts"]
