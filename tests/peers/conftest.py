"""One instance of fedi over TLS, and a Fedify server for each form of HTTP signatures, for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conversing import Conversation, begin
from foreign import CAVAGE, RFC9421, CannotBeHad, Peer, fedify, install
from running import Certificate, Running, make_certificate, serving

HOW_TO_GET_IT = (
    "Fedify is not here and npm cannot fetch it. With a way to an npm registry: make test"
)


@pytest.fixture(scope="session")
def packages() -> None:
    """The packages of Fedify, or the test is skipped; with FEDI_TEST_REQUIRE_ALL it fails."""
    try:
        install()
    except CannotBeHad as missing:
        if os.environ.get("FEDI_TEST_REQUIRE_ALL"):
            pytest.fail(f"{HOW_TO_GET_IT}\n{missing}")
        pytest.skip(HOW_TO_GET_IT)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What makes both sides trust each other on loopback."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def instance(
    packages: None, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A running instance of fedi."""
    with serving(tmp_path_factory.mktemp("fedi"), certificate=certificate) as running:
        yield running


@pytest.fixture(scope="session")
def peers(packages: None, certificate: Certificate) -> Iterator[Callable[[str], Peer]]:
    """The Fedify server that speaks a form of HTTP signatures; started when first asked for."""
    with ExitStack() as stack:
        started: dict[str, Peer] = {}

        def peer(form: str) -> Peer:
            if form not in started:
                started[form] = stack.enter_context(fedify(certificate, form))
            return started[form]

        yield peer


@pytest.fixture(params=[CAVAGE, RFC9421], ids=["cavage", "rfc9421"])
def conversation(
    request: pytest.FixtureRequest, instance: Running, peers: Callable[[str], Peer]
) -> Conversation:
    """A new group here and a new person there, in each form of HTTP signatures."""
    return begin(instance, peers(request.param), request.param)


@pytest.fixture
def talk(instance: Running, peers: Callable[[str], Peer]) -> Conversation:
    """The same in one form, where the form does not matter."""
    return begin(instance, peers(RFC9421), RFC9421)


@pytest.fixture(params=[CAVAGE, RFC9421], ids=["cavage", "rfc9421"])
def guarded(
    request: pytest.FixtureRequest,
    peers: Callable[[str], Peer],
    certificate: Certificate,
    tmp_path: Path,
) -> Iterator[Conversation]:
    """A conversation with an instance that serves its documents to signed requests only."""
    with serving(tmp_path / "data", certificate=certificate, signed_fetch="on") as running:
        yield begin(running, peers(request.param), request.param)
