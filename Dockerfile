# dubber with ffmpeg, eSpeak NG and a font, as a program that works on the folder mounted at /work:
#
#   docker build --tag dubber .
#   docker run --rm --init -it --user "$(id -u):$(id -g)" -v "$PWD:/work" dubber full talk.mp4 --to es
#
# The font has the letters of Europe: for hard subtitles in others add fonts-noto-core or fonts-noto-cjk below.
# Debian, because these are the packages that the tests run with: its ffmpeg has x264, libass, AAC, Opus and MP3.

ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /dubber
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsdown.config.ts ./
COPY src src
# The command has effect in its bundle; the library, which has not, is of no use here.
RUN npm run build \
  && rm dist/index.* \
  && npm uninstall --omit=dev --ignore-scripts --no-audit --no-fund effect @effect/platform-node

FROM node:${NODE_VERSION}-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ffmpeg espeak-ng fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /dubber/package.json /opt/dubber/package.json
COPY --from=build /dubber/node_modules /opt/dubber/node_modules
COPY --from=build /dubber/dist /opt/dubber/dist
RUN ln -s /opt/dubber/dist/bin.js /usr/local/bin/dubber \
  && chmod +x /opt/dubber/dist/bin.js \
  && install --directory --owner=node --group=node /work
ENV NODE_ENV=production
USER node
WORKDIR /work
VOLUME /work
ENTRYPOINT ["dubber"]
CMD ["--help"]
