"""Every command line that README.md and docs/ print can be typed: target, command, options and address exist."""

import json
import re
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from tests.stack.documented import PROJECT, TEXTS, lines, manage_lines

MAKEFILE = (PROJECT / "Makefile").read_text()


def test_there_are_commands_of_each_kind_in_the_readme():
    kinds = {word for words in lines("README.md") for word in words[:2]}
    assert {"make", "curl", "manage.py"} <= kinds


@pytest.mark.parametrize("text", TEXTS)
def test_each_target_and_variable_of_make_exists(text):
    for words in lines(text):
        if "make" not in words[:2]:
            continue
        for word in (each for each in words if each != "make"):
            pattern = rf"\$\({word.partition('=')[0]}\)" if "=" in word else rf"^{re.escape(word)}:"
            assert re.search(pattern, MAKEFILE, re.MULTILINE), words


@pytest.mark.parametrize("text", TEXTS)
def test_each_command_and_option_of_manage_exists(text):
    for name, *rest in manage_lines(text):
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(rest)


@pytest.mark.parametrize("text", TEXTS)
def test_each_curl_asks_an_address_that_is_there(text):
    for words in (each for each in lines(text) if each[0] == "curl"):
        address = next(word for word in words if word.startswith("http"))
        assert resolve(urlsplit(address).path)
        if "-d" in words:
            json.loads(words[words.index("-d") + 1])
