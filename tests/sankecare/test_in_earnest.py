"""With the environment that docs/operations.md asks for, cookies travel by TLS alone and Django's check is content.

Settings are read once by a process: each is asked of a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EARNEST = {
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "SEALING_KEYS": "one-of-many-bytes-by-chance",
    "HISTORY_PUBLIC_KEYS": "04",
    "ALLOWED_HOSTS": "care.example",
    "CSRF_TRUSTED_ORIGINS": "https://care.example",
    "HTTPS": "1",
}
SHOWN = (
    *("DEBUG", "DEMO", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
    *(
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_HTTPONLY",
        "LANGUAGE_COOKIE_SECURE",
    ),
    *("LANGUAGE_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"),
    *("ALLOWED_HOSTS", "USE_X_FORWARDED_HOST"),
)
# HSTS for the preload list of browsers binds every name under the ward's domain: the ward's own decision (3.7.4, L3).
LEFT_TO_THE_WARD = ["security.W021"]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "sankecare.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(**environment: str) -> dict[str, object]:
    shown = f"{{name: getattr(settings, name, None) for name in {SHOWN}}}"
    code = f"import json; from sankecare import settings; print(json.dumps({shown}))"
    return json.loads(run(code, **environment).stdout)


@pytest.fixture(scope="module")
def earnest() -> dict[str, object]:
    return settings_of(**EARNEST)


def test_cookies_go_by_tls_alone_and_no_script_reads_the_session(earnest):
    secure = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")
    assert [earnest[name] for name in (*secure, "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")] == [True] * 5


def test_the_cookies_that_let_somebody_in_belong_to_this_host_alone(earnest):
    assert (earnest["SESSION_COOKIE_NAME"], earnest["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")


def test_browsers_come_by_tls_for_a_year_with_every_name_below(earnest):
    assert earnest["SECURE_SSL_REDIRECT"] is True
    assert earnest["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert earnest["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True


def test_nothing_of_the_demo_and_no_debugging_is_on_unless_it_is_asked_for(earnest):
    assert (earnest["DEBUG"], earnest["DEMO"], earnest["USE_X_FORWARDED_HOST"]) == (False, False, None)
    assert earnest["ALLOWED_HOSTS"] == ["care.example"]


def test_without_tls_a_developer_has_the_plain_names():
    plain = settings_of(SECRET_KEY="x")
    assert plain["SESSION_COOKIE_SECURE"] is False
    assert plain["SESSION_COOKIE_NAME"] is None


def test_without_its_secret_nothing_starts():
    without = run("import sankecare.settings")
    assert without.returncode != 0
    assert "SECRET_KEY" in without.stderr


CHECK = """
import django; django.setup()
from django.core import checks
print([found.id for found in checks.run_checks(include_deployment_checks=True)])
"""


def test_djangos_check_of_a_deployment_has_nothing_to_say():
    assert run(CHECK, **EARNEST).stdout.strip() == str(LEFT_TO_THE_WARD)


def test_the_same_check_names_what_is_missing_without_tls():
    found = run(CHECK, **EARNEST | {"HTTPS": "0", "SECRET_KEY": "short"}).stdout
    assert all(name in found for name in ("security.W004", "security.W009", "security.W012", "security.W016"))
