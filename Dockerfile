# Builds the release and puts it, with nothing else, in a small image. PostgreSQL is not in it: give
# DATABASE_URL, as compose.yaml does.

FROM rust:1-bookworm AS builder
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The caches keep the tools, the crates and what is compiled from one build to the next.
RUN --mount=type=cache,target=/root/.cache/layover \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    scripts/tools.sh build \
 && scripts/build.sh \
 && mkdir /app \
 && cp -r target/release/layover target/release/hash.txt target/site /app/

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /var/lib/layover --create-home layover
COPY --from=builder /app /app
USER layover
WORKDIR /app
ENV LAYOVER_ADDR=0.0.0.0:3000 \
    LAYOVER_DATA=/var/lib/layover \
    LAYOVER_SITE=/app/site
VOLUME /var/lib/layover
EXPOSE 3000
# The image has no curl; bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/app/layover"]
CMD ["serve"]
