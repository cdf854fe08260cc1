"""docker-compose.yml and the Dockerfile hold the rules of a production shape.

No Docker engine is needed: the file is parsed as Compose reads it (YAML with merge keys), held against the part of
the Compose specification that it uses (every other key fails), and then against the rules. Each rule is shown to see
a planted fault.
"""

import copy
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings

PROJECT = Path(__file__).resolve().parents[2]
TEXT = (PROJECT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES = {"postgres", "valkey", "migrate", "web", "worker", "sealer", "beat", "proxy"}
OURS = {"migrate", "web", "worker", "sealer", "beat"}
# Variables without which a start must fail, rather than run with something made up.
REQUIRED = {
    *(
        "POSTGRES_PASSWORD",
        "DATABASE_OWNER_PASSWORD",
        "DATABASE_PASSWORD",
        "DATABASE_REPORTS_PASSWORD",
        "VALKEY_PASSWORD",
        "SECRET_KEY",
        "SEALING_KEYS",
    ),
    *("HISTORY_KEY", "HISTORY_PUBLIC_KEYS", "ALLOWED_HOSTS", "PUBLIC_BASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL"),
    "CERTIFICATES",
}
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|_URL$")

STRING = {"type": "string"}
STRINGS = {"type": "array", "items": STRING, "minItems": 1, "uniqueItems": True}
# Arguments may repeat (-c … -c …).
COMMAND = {"type": "array", "items": STRING, "minItems": 1}
DURATION = {"type": "string", "pattern": r"^([0-9]+(us|ms|s|m|h))+$"}


def exactly(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def named(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {r"^[A-Za-z0-9._-]+$": values}, "additionalProperties": False}


SERVICE = exactly(
    {
        "image": STRING,
        "build": {"const": "."},
        "init": {"type": "boolean"},
        "user": STRING,
        "read_only": {"type": "boolean"},
        "tmpfs": STRINGS,
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "restart": {"enum": ["no", "always", "unless-stopped", "on-failure"]},
        "stop_signal": {"type": "string", "pattern": "^SIG[A-Z]+$"},
        "stop_grace_period": DURATION,
        "shm_size": {"type": "string", "pattern": "^[0-9]+(b|k|kb|m|mb|g|gb)$"},
        "logging": exactly(
            {"driver": STRING, "options": {"type": "object", "additionalProperties": STRING}}, ("driver",)
        ),
        # Compose turns YAML's booleans away here: strings only.
        "environment": {"type": "object", "patternProperties": {"^[A-Z_]+$": STRING}, "additionalProperties": False},
        "command": COMMAND,
        "volumes": STRINGS,
        "ports": STRINGS,
        "networks": STRINGS,
        "healthcheck": exactly(
            {
                "test": {
                    "type": "array",
                    "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}],
                    "items": STRING,
                    "minItems": 2,
                },
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
            ("test", "interval", "timeout", "retries"),
        ),
        "depends_on": named(
            exactly(
                {"condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}},
                ("condition",),
            )
        ),
    },
    ("image",),
)
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": named(SERVICE),
        "networks": named(exactly({"internal": {"type": "boolean"}})),
        "volumes": named(exactly({})),
    },
    "patternProperties": {"^x-": {}},
    "required": ["services"],
    "additionalProperties": False,
}


def one_shot(service: dict[str, Any]) -> bool:
    return service.get("restart") == "no"


def faults(compose: dict[str, Any]) -> list[str]:
    """What breaks a rule, one sentence each."""
    found = []
    services = compose["services"]
    for name, service in services.items():
        found += [f"{name}: {fault}" for fault in service_faults(service)]
        for other, wait in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if one_shot(services.get(other, {})) else "service_healthy"
            if other not in services or wait["condition"] != wanted:
                found.append(f"{name}: waits for {other} by {wait['condition']}, not {wanted}")
        found += [
            f"{name}: network {each} is not declared"
            for each in service["networks"]
            if each not in compose["networks"]
        ]
        for volume in service.get("volumes", []):
            if volume.startswith("${") and volume.endswith(":ro"):
                continue  # a folder of the machine, read only
            source = volume.partition(":")[0]
            if not source.startswith("./") and source not in compose["volumes"]:
                found.append(f"{name}: volume {source} is not declared")
            if source.startswith("./") and not (PROJECT / source).exists():
                found.append(f"{name}: {source} does not exist")
    published = {name for name, service in services.items() if "ports" in service}
    if published != {"proxy"}:
        found.append(f"published: {sorted(published)}, not the proxy alone")
    found += [
        f"{name}: reachable from outside"
        for name in ("postgres", "valkey", "beat")
        if any(not compose["networks"].get(each, {}).get("internal") for each in services[name]["networks"])
    ]
    return found


def service_faults(service: dict[str, Any]) -> list[str]:
    found = []
    if "healthcheck" not in service and not one_shot(service):
        found.append("neither a health check nor one-shot")
    if str(service.get("user", "root")).partition(":")[0] in ("root", "0"):
        found.append("runs as root")
    if service.get("read_only") is not True:
        found.append("its file system can be written")
    if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
        found.append("keeps privileges")
    if service["image"].endswith(":latest") or ":" not in service["image"]:
        found.append("image without a version")
    for variable, value in service.get("environment", {}).items():
        # A secret part of an address counts too: whatever stands where a password would must be a variable.
        if SECRET.search(variable) and "${" not in value:
            found.append(f"{variable} is written down")
        if re.search(r"://[^:/@]*:(?!\$\{)[^/@]+@", value):
            found.append(f"{variable} holds a written password")
    words = " ".join(service.get("command", []))
    if re.search(r"(requirepass|password)[ =]+['\"]?(?!['\"]?\$)\w", words):
        found.append("a password in its command")
    return found


def test_the_file_is_what_compose_reads():
    jsonschema.Draft202012Validator(SCHEMA).validate(COMPOSE)


@pytest.mark.parametrize(
    "plant",
    [
        lambda compose: compose["services"]["web"].update(restrat="always"),
        lambda compose: compose["services"]["web"].update(restart=False),
        lambda compose: compose["services"]["web"]["environment"].update(HTTPS=True),
        lambda compose: compose["services"]["web"]["healthcheck"].update(interval="15"),
        lambda compose: compose["services"]["web"]["healthcheck"].update(test=["python", "x"]),
        lambda compose: compose["services"]["web"]["depends_on"].update(postgres={"condition": "healthy"}),
        lambda compose: compose.update(volume={}),
    ],
)
def test_a_key_or_value_that_compose_would_refuse_is_refused(plant):
    spoiled = copy.deepcopy(COMPOSE)
    plant(spoiled)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(spoiled)


def test_the_services_are_those_of_the_design():
    assert set(COMPOSE["services"]) == SERVICES


def test_it_holds_the_rules():
    assert faults(COMPOSE) == []


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (lambda s: s["web"].pop("healthcheck"), "web: neither a health check nor one-shot"),
        (lambda s: s["web"].update(user="0:0"), "web: runs as root"),
        (lambda s: s["postgres"].pop("user"), "postgres: runs as root"),
        (lambda s: s["beat"].update(read_only=False), "beat: its file system can be written"),
        (lambda s: s["worker"].pop("cap_drop"), "worker: keeps privileges"),
        (lambda s: s["valkey"].update(image="valkey/valkey"), "valkey: image without a version"),
        (lambda s: s["web"]["environment"].update(SECRET_KEY="abc"), "web: SECRET_KEY is written down"),
        (
            lambda s: s["web"]["environment"].update(DATABASE_URL="postgres://u:p@postgres/d?x=${Y}"),
            "web: DATABASE_URL holds a written password",
        ),
        (
            lambda s: s["valkey"].update(command=["sh", "-c", "valkey-server --requirepass abc"]),
            "valkey: a password in its command",
        ),
        (
            lambda s: s["web"].update(ports=["127.0.0.1:8000:8000"]),
            "published: ['proxy', 'web'], not the proxy alone",
        ),
        (
            lambda s: s["proxy"].update(volumes=["${CERTIFICATES:?}:/x"]),
            "proxy: volume ${CERTIFICATES is not declared",
        ),
        (
            lambda s: s["postgres"].update(ports=["127.0.0.1:5432:5432"]),
            "published: ['postgres', 'proxy'], not the proxy alone",
        ),
        (lambda s: s["postgres"].update(networks=["outside"]), "postgres: reachable from outside"),
        (
            lambda s: s["web"]["depends_on"]["postgres"].update(condition="service_started"),
            "web: waits for postgres by service_started, not service_healthy",
        ),
        (
            lambda s: s["web"]["depends_on"]["migrate"].update(condition="service_healthy"),
            "web: waits for migrate by service_healthy, not service_completed_successfully",
        ),
        (lambda s: s["beat"].update(volumes=["elsewhere:/x"]), "beat: volume elsewhere is not declared"),
        (lambda s: s["beat"].update(networks=["nowhere"]), "beat: network nowhere is not declared"),
    ],
)
def test_a_planted_fault_is_seen(plant: Callable[[dict[str, Any]], object], said):
    spoiled = copy.deepcopy(COMPOSE)
    plant(spoiled["services"])
    assert said in faults(spoiled)


def test_every_secret_must_be_given_and_none_has_a_default():
    assert set(re.findall(r"\$\{([A-Z_]+):\?\}", TEXT)) == REQUIRED
    # Empty is no default: what it would open stays shut.
    assert not [name for name, _ in re.findall(r"\$\{([A-Z_]+):?-([^}]+)\}", TEXT) if SECRET.search(name)]


def test_every_service_that_is_ours_gets_the_same_environment_and_image():
    environments = [COMPOSE["services"][name]["environment"] for name in sorted(OURS)]
    assert all(environment.keys() >= environments[0].keys() for environment in environments)
    differing = [name for name in environments[0] if len({each[name] for each in environments}) > 1]
    assert differing == ["DATABASE_URL"]
    assert len({COMPOSE["services"][name]["image"] for name in OURS}) == 1


def test_the_owner_of_the_tables_migrates_and_nobody_else_has_its_password():
    with_owner = {
        name for name, service in COMPOSE["services"].items() if "OWNER" in str(service.get("environment", {}))
    }
    assert with_owner == {"migrate", "postgres"}
    assert "sankecare_owner:" in COMPOSE["services"]["migrate"]["environment"]["DATABASE_URL"]


def test_the_settings_read_every_variable_that_it_sets():
    settings = (PROJECT / "sankecare" / "settings.py").read_text()
    of_each_process = (PROJECT / "sankecare" / "outside" / "requests.py").read_text()
    for variable in COMPOSE["services"]["web"]["environment"]:
        assert f'"{variable}"' in settings or f'"{variable}"' in of_each_process, variable


def test_the_proxy_is_the_one_whose_word_on_addresses_counts():
    assert COMPOSE["services"]["web"]["environment"]["NUM_PROXIES"] == "1"
    line = (PROJECT / "deploy" / "proxy" / "line.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in line
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in line


def instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    return [(line.split(None, 1)[0].upper(), line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def image_faults(text: str) -> list[str]:
    """What breaks a rule in a Dockerfile, one sentence each."""
    found = []
    steps = instructions(text)
    final = steps[max(number for number, (word, _) in enumerate(steps) if word == "FROM") :]
    users = [rest for word, rest in final if word == "USER"]
    if not users or users[-1].partition(":")[0] in ("root", "0"):
        found.append("runs as root")
    for _, rest in (step for step in steps if step[0] == "RUN"):
        if "pip install" in rest and not {"--require-hashes", "--only-binary=:all:"} <= set(shlex.split(rest)):
            found.append("installs without hashes")
    if any(word in ("ENV", "ARG") and SECRET.search(rest) for word, rest in steps):
        found.append("keeps a secret")
    found += [f"{rest} has no version" for word, rest in steps if word == "FROM" and ":" not in rest.split()[0]]
    found += ["ADD may fetch: COPY instead" for word, _ in steps if word == "ADD"]
    if final[-1][0] != "CMD" or not final[-1][1].startswith("["):
        found.append("its last word is not a CMD in exec form")
    return found


DOCKERFILE = (PROJECT / "Dockerfile").read_text()


def test_the_image_holds_the_rules():
    assert image_faults(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("USER 10001:10001", "USER root", "runs as root"),
        ("USER 10001:10001\n", "", "runs as root"),
        ("--require-hashes ", "", "installs without hashes"),
        ("STATIC_ROOT=/srv/static", "SECRET_KEY=abc", "keeps a secret"),
        ("FROM python:3.11-slim-bookworm AS packages", "FROM python AS packages", "python AS packages has no version"),
        ("COPY . .", "ADD . .", "ADD may fetch: COPY instead"),
        ('CMD ["gunicorn", ', "CMD gunicorn ", "its last word is not a CMD in exec form"),
    ],
)
def test_a_planted_fault_in_the_image_is_seen(old, new, said):
    assert old in DOCKERFILE
    assert said in image_faults(DOCKERFILE.replace(old, new))


def test_the_image_and_compose_agree_on_who_runs_it_and_where():
    user = next(rest for word, rest in reversed(instructions(DOCKERFILE)) if word == "USER")
    assert {COMPOSE["services"][name]["user"] for name in OURS} == {user}
    for name in ("beat", "sealer"):
        (_, folder) = COMPOSE["services"][name]["volumes"][0].split(":")
        assert f"install -d -o sankecare -g sankecare {folder}" in DOCKERFILE


def test_only_who_seals_the_history_has_the_key():
    has = {name for name, service in COMPOSE["services"].items() if "HISTORY_KEY" in service.get("environment", {})}
    assert has == {"sealer"}
    assert "--queues=sealer" in COMPOSE["services"]["sealer"]["command"]
    assert settings.CELERY_TASK_ROUTES["sankecare.tasks.seal_the_history"] == {"queue": "sealer"}


def test_what_is_made_here_or_secret_stays_out_of_the_image():
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert ".*" in ignored, "everything hidden: .git, .venv, .demo, .env"
    # The staff read their guides on their pages.
    assert [line for line in ignored if line.startswith("!")] == ["!.dockerignore", "!docs/guide"]
