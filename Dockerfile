# syntax=docker/dockerfile:1
# The image has the shape of a clone after `make install`, without the tools that built it.

FROM node:20-slim AS oberflaeche
WORKDIR /srv/amt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim AS bau
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/amt
COPY requirements-runtime.lock requirements-xslt2.lock ./
# XSLT2=1 for releases of standards whose rules need XSLT 2 or 3 (docs/standards.md).
ARG XSLT2=
RUN python -m venv .venv \
    && .venv/bin/pip install --require-hashes -r requirements-runtime.lock ${XSLT2:+-r requirements-xslt2.lock}
COPY . .
COPY --from=oberflaeche /srv/amt/node_modules node_modules
RUN .venv/bin/pip install --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m app.satz.schriften

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Digitales Gewerbeamt" \
      org.opencontainers.image.licenses="EUPL-1.2"
ENV PATH=/srv/amt/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/amt
COPY --from=bau /srv/amt /srv/amt
RUN useradd --system --uid 10001 --no-create-home amt \
    && install --directory --owner=10001 /srv/standards
ENV AMT_STANDARDS=/srv/standards
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["amt"]
CMD ["serve", "--host", "0.0.0.0"]
