"""`rpc`: send any operation as it stands in a file, and print the reply."""

from __future__ import annotations

import argparse
import threading
from concurrent.futures import CancelledError, Future

from netconf_gui.cancel import CancelToken
from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import read_bytes, shown_name
from netconf_gui.cli.output import error_json
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import Cancelled, ConfigError, MalformedMessage, RpcTimeout
from netconf_gui.protocol import operations
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.replies import Reply
from netconf_gui.protocol.xml import parse, serialize
from netconf_gui.session.session import Session


def add_options(parser: argparse.ArgumentParser) -> None:
    """The file and the TARGET."""
    parser.add_argument("file", metavar="FILE", help="the operation, or a whole <rpc>, in XML (- is stdin)")
    add_target(parser)
    parser.add_argument("--timeout", metavar="SECONDS", type=float, help="for the reply; default: as in the settings")


def run(command: Command) -> Status:
    """Print the whole `<rpc-reply>`; status 4 when it holds an rpc-error."""
    arguments = command.arguments
    if arguments.file == "-" and arguments.password_stdin:
        raise ConfigError("stdin cannot hold both the operation and the password.")
    seconds = arguments.timeout
    if seconds is not None and not 0 < seconds < threading.TIMEOUT_MAX:
        raise ConfigError(f"--timeout is {seconds:g}. Allowed: more than 0 seconds.")
    try:
        element = parse(read_bytes(arguments.file))
    except MalformedMessage as error:
        raise ConfigError(f"{shown_name(arguments.file)}: {error.message}", line=error.line or 0) from error
    operation = operations.custom(element)
    connector = Connector(command)

    def send() -> Reply:
        with connector.session() as session:
            return _reply(session, operation, arguments.timeout, command.cancel)

    reply = command.run(send)
    if command.output.as_json:
        command.output.json(
            {
                "ok": reply.ok,
                "errors": [error_json(error) for error in reply.errors],
                "warnings": [error_json(error) for error in reply.warnings],
                "reply": serialize(reply.element, pretty=True).decode(),
            }
        )
    else:
        command.output.data(serialize(reply.element, pretty=True).rstrip() + b"\n")
        for one in (*reply.errors, *reply.warnings):
            command.output.say(f"{one.severity}: {one}")
    return Status.OK if reply.ok else Status.REFUSED


def _reply(session: Session, operation: Operation, timeout: float | None, cancel: CancelToken) -> Reply:
    """The reply whatever it says: rpc-errors are data here."""
    seconds = session.settings.rpc_timeout if timeout is None else timeout
    future = session.submit(operation, cancel=cancel)
    remove = cancel.on_cancel(lambda: _give_up(future))
    try:
        return future.result(seconds)
    except CancelledError:
        raise Cancelled(state="Whether the device acted on the request is not known.") from None
    except TimeoutError:
        raise RpcTimeout(
            f"The device did not answer {operation.name} within {seconds:g} s.",
            state="Whether the device acted on it is not known.",
            advice="Allow more time with --timeout.",
        ) from None
    finally:
        remove()


def _give_up(future: Future[Reply]) -> None:
    future.cancel()
