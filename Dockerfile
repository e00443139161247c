# CalKeep's API and its command line in one small image: built code, production dependencies, migrations.
#
#   docker build -t calkeep .
#
# Debian rather than Alpine: the same C library that the tests run on, and the one that Node.js builds officially for.
FROM node:22-bookworm-slim AS base
WORKDIR /app

# Only what `npm ci` reads, so that a change of code does not install anew.
FROM base AS manifests
COPY . .
RUN mkdir /manifests \
 && find . \( -name package.json -o -name package-lock.json -o -name .npmrc \) -exec cp --parents --target-directory=/manifests {} +

FROM base AS build
COPY --from=manifests /manifests ./
RUN npm ci --include=dev
COPY . .
# Gathers what runs: compiled code without maps and types, the list of common passwords, the migrations, and the
# documentation that the server hands out.
RUN node tools/build.mjs \
 && mkdir /release \
 && find apps libs -maxdepth 2 -name dist -exec cp --recursive --parents --target-directory=/release {} + \
 && cp --recursive --parents --target-directory=/release libs/security/data prisma/migrations apps/api/assets docs/*.md docs/images \
 && find /release \( -name '*.map' -o -name '*.d.ts' \) -delete

# Without optional dependencies: those are Prisma's command line and the embedded PostgreSQL of `npm start`, neither of
# which has a place here. Of Prisma's query compilers only the one for PostgreSQL is ever loaded.
FROM base AS dependencies
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --omit=optional \
 && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name 'query_compiler_fast_bg.postgresql.*' -delete \
 && find . \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM base
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=dependencies /app ./
COPY --from=build /release ./
USER node
EXPOSE 3000
# Requests leave much that is short-lived: with room for it the collector took half as long (docs/performance.md).
CMD ["node", "--max-semi-space-size=32", "apps/api/dist/main.js"]
