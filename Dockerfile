FROM python:3.13-slim AS build

WORKDIR /source
RUN python3 -m venv /opt/venv
COPY pyproject.toml README.md LICENSE ./
COPY mock_server mock_server
COPY fixtures fixtures
RUN /opt/venv/bin/pip install --no-cache-dir --no-compile . \
    && /opt/venv/bin/python -m pip uninstall --yes pip setuptools \
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib


FROM python:3.13-slim

LABEL org.opencontainers.image.title="losant-mock-server" \
      org.opencontainers.image.description="A local mock of the Losant API's Experience Users, for tests" \
      org.opencontainers.image.licenses="MIT"

COPY --from=build /opt/venv /opt/venv
RUN useradd --system --uid 10001 --no-create-home mock && mkdir /fixtures

# Seed files that are mounted at /fixtures are loaded.
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MOCK_SERVER_HOST=0.0.0.0 \
    MOCK_SERVER_PORT=8080 \
    MOCK_SERVER_FIXTURES=/fixtures

USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --start-interval=250ms \
    CMD ["mock-server", "health"]
ENTRYPOINT ["mock-server"]
CMD ["serve"]
