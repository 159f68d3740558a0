FROM python:3.13-slim AS build

WORKDIR /source
RUN python3 -m venv --without-pip /opt/venv
COPY pyproject.toml README.md LICENSE ./
COPY mock_server mock_server
COPY fixtures fixtures
RUN pip --python /opt/venv/bin/python install --no-cache-dir .


FROM python:3.13-slim

LABEL org.opencontainers.image.title="losant-mock-server" \
      org.opencontainers.image.description="A local mock of the Losant API's Experience Users, for tests" \
      org.opencontainers.image.licenses="MIT"

COPY --from=build /opt/venv /opt/venv
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mock && mkdir /fixtures && touch /fixtures/.keep

# Seed files mounted at /fixtures are loaded. Its .keep file says that it may be empty.
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MOCK_SERVER_HOST=0.0.0.0 \
    MOCK_SERVER_PORT=8080 \
    MOCK_SERVER_FIXTURES=/fixtures

USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["mock-server", "health"]
ENTRYPOINT ["mock-server"]
CMD ["serve"]
