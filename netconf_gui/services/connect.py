"""From a device's description to a running NETCONF session.

Lives here: which transport reaches a device (`open_stream`, the one place that decides it), and what answers the
transport's questions (host keys, secrets) from the workspace and, where that does not know, from an `Interaction`.
Does not live here: the transports themselves (`transport`), where secrets come from (`secrets`), how many sessions a
device may have (`slots`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, HostKey, WorkspaceError
from netconf_gui.protocol.capabilities import PRIVATE_CANDIDATE
from netconf_gui.protocol.framing import Limits
from netconf_gui.protocol.hello import CLIENT_CAPABILITIES
from netconf_gui.protocol.profiles import PROFILES, before_hello
from netconf_gui.services import expecting, slots
from netconf_gui.services.connect_tls import Certificates, tls_target, tls_tuning
from netconf_gui.services.events import Event, Interaction, Note, Progress
from netconf_gui.services.secrets import KeyringAccess, Secrets
from netconf_gui.session.session import Session, SessionSettings
from netconf_gui.transport import openssh, ssh, tls, way
from netconf_gui.transport.callhome import Caller, PlainCaller, SshCaller, TlsCaller
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.sshconfig import SshConfig
from netconf_gui.transport.stream import Stream
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.settings import ConnectionSettings, Settings
from netconf_gui.workspace.workspace import Workspace

USER_KNOWN_HOSTS = Path("~/.ssh/known_hosts")


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """What a command line adds to a device; a password here is tried first and remembered nowhere."""

    password: str | None = field(default=None, repr=False)
    known_hosts: Path | None = None  # read besides the program's own file
    accept_host_keys: tuple[str, ...] = ()  # "SHA256:…": accepted without asking, and remembered
    patience: float | None = None  # seconds for the call of a device that calls home; else as the settings say
    accept_certificates: tuple[str, ...] = ()  # SHA-256 fingerprints: accepted without asking, kept with the device


class HostKeys:
    """The transport's decider: accepts what was named beforehand, asks the person about the rest."""

    def __init__(self, interaction: Interaction, accept: Sequence[str] = ()) -> None:
        self._interaction = interaction
        self._accept = frozenset(accept)

    def unknown(self, key: HostKey, notes: Sequence[str] = ()) -> bool:
        """Whether to trust and remember a key that is on no file."""
        if key.fingerprint in self._accept:
            return True
        for note in notes:
            self._interaction.inform(note)
        return self._interaction.host_key_unknown(key)


@dataclass(frozen=True, slots=True)
class Means:
    """What a stream is opened with, whatever the transport."""

    workspace: Workspace
    host_keys: HostKeys
    certificates: Certificates
    secrets: Secrets
    way: ConnectionSettings  # the settings with what the device says instead
    options: ConnectOptions
    cancel: CancelToken | None
    tell: Callable[[str], None]  # what is done now, in words
    caller: Caller | None = None  # the device called; who it is was found out


def open_stream(device: Device, means: Means) -> Stream:
    """A connected, authenticated stream to the device, not started yet (blocking); raises as `connect`."""
    # our own SSH knows no old algorithms
    transport = "openssh" if device.transport == "ssh" and device.old_algorithms else device.transport
    if isinstance(means.caller, SshCaller):
        transport = "ssh"  # that is where its keys were exchanged
    return _WAYS[transport](device, means)


def connect(
    device: Device,
    interaction: Interaction,
    workspace: Workspace,
    *,
    options: ConnectOptions | None = None,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
    caller: Caller | None = None,
) -> Session:
    """Connect, authenticate and exchange hellos (blocking; run it on a lane).

    `caller` is a connection that the device made (RFC 8071, `services.callhome`); a device that calls home is waited
    for without one.  What a person typed is remembered as they chose, once it was accepted; a policy they changed is
    kept with the device.  Raises `TransportError` (`SessionLimit` where the device may have no further session),
    `ProtocolError`, `SessionError`, `WorkspaceError` (known hosts), `Cancelled` (control is back within 1 s of a
    cancel, whatever is stuck).
    """
    options = options or ConnectOptions()
    settings = workspace.settings
    tell = on_event or (lambda event: None)
    if device.call_home and caller is None:
        patience = options.patience if options.patience is not None else settings.call_home.patience
        caller = expecting.next_call(device, patience, cancel, lambda text: tell(Progress(text)))
    keyring = KeyringAccess(workspace.credentials, settings.credentials.keyring_deadline, cancel)
    secrets = Secrets(device, interaction, keyring, given=options.password)
    host_keys = HostKeys(interaction, options.accept_host_keys)
    times = connection_settings(device, settings)
    certificates = Certificates(device, interaction, workspace, options.accept_certificates)
    means = Means(
        workspace, host_keys, certificates, secrets, times, options, cancel, lambda text: tell(Progress(text)), caller
    )
    with slots.claim(device) as slot:
        stream = open_stream(device, means)
        try:
            tell(Progress("Exchanging hellos"))
            session = Session.open(stream, settings=device_session_settings(device, settings), cancel=cancel)
        except AppError:
            stream.close()
            raise
        slot.taken_by(session)
    _remember(device, workspace, secrets, tell)
    return session


def _by_ssh(device: Device, means: Means) -> Stream:
    way = means.way
    return ssh.connect(
        ssh_target(device),
        means.host_keys,
        means.secrets,
        known_hosts=known_hosts(means.workspace, means.options),
        config=SshConfig() if way.use_ssh_config else None,
        cancel=means.cancel,
        timeouts=ssh.Timeouts(connect=way.connect_timeout, auth=way.auth_timeout),
        tuning=ssh.Tuning(keepalive=way.keepalive, window_size=way.window_size, write_timeout=way.rpc_timeout),
        progress=means.tell,
        link=means.caller.link if isinstance(means.caller, SshCaller) else None,
    )


def _by_tls(device: Device, means: Means) -> Stream:
    target, times = tls_target(device), means.way
    if isinstance(means.caller, TlsCaller):
        return tls.go_on(
            target, means.caller.pipe, means.caller.identity,
            cancel=means.cancel, tuning=tls_tuning(times), progress=means.tell,
        )  # fmt: skip
    through = way.Means(
        means.host_keys,
        means.secrets,
        known_hosts(means.workspace, means.options),
        ssh.Timeouts(connect=times.connect_timeout, auth=times.auth_timeout),
        ssh.Tuning(keepalive=times.keepalive, window_size=times.window_size, write_timeout=times.rpc_timeout),
    )
    place = replace(ssh_target(device), port=target.port)
    config = SshConfig() if times.use_ssh_config else None
    return tls.connect(
        target,
        means.certificates,
        means.secrets,
        open_way=lambda attempt: way.open_way(attempt, place, through, config),
        cancel=means.cancel,
        tuning=tls_tuning(times),
        progress=means.tell,
    )


def _by_openssh(device: Device, means: Means) -> Stream:
    way = means.way
    return openssh.connect(
        ssh_target(device),
        means.host_keys,
        means.secrets,
        known_hosts=known_hosts(means.workspace, means.options),
        config=SshConfig() if way.use_ssh_config else None,
        old_algorithms=device.old_algorithms,
        cancel=means.cancel,
        timeouts=ssh.Timeouts(connect=way.connect_timeout, auth=way.auth_timeout),
        tuning=ssh.Tuning(keepalive=way.keepalive, window_size=way.window_size, write_timeout=way.rpc_timeout),
        progress=means.tell,
        sock=means.caller.sock if isinstance(means.caller, PlainCaller) else None,
    )


_WAYS: dict[str, Callable[[Device, Means], Stream]] = {"ssh": _by_ssh, "openssh": _by_openssh, "tls": _by_tls}


def connection_settings(device: Device, settings: Settings) -> ConnectionSettings:
    """The settings of connections, with the times that the device has of its own."""
    way = settings.connection
    return replace(
        way,
        connect_timeout=device.connect_timeout or way.connect_timeout,
        rpc_timeout=device.rpc_timeout or way.rpc_timeout,
        keepalive=max(0.0, device.keepalive or way.keepalive),
    )


def ssh_target(device: Device) -> ssh.SshTarget:
    """The device as the transport wants it; what it leaves open, the ssh config and the defaults decide."""
    return ssh.SshTarget(
        host=device.host,
        port=device.port,
        username=device.username,
        identity_files=device.identity_files,
        use_agent=device.use_agent,
        default_keys=device.use_agent,  # who chose a password for the device wants no key offered
        subsystem=device.subsystem,
        other_subsystems=other_subsystems(device),
        proxy_jump=device.proxy_jump,
        proxy=device.proxy,
    )


def other_subsystems(device: Device) -> tuple[str, ...]:
    """The SSH subsystems to try where there is no `netconf`; none where somebody named another one.

    Which server it is shows only in its hello: without a profile chosen by hand, all are tried that a known one has.
    """
    if device.subsystem != "netconf":
        return ()
    if "-other-subsystem" in device.quirks:
        return ()
    if device.profile:
        return before_hello(device.profile, device.quirks).subsystems
    return tuple(dict.fromkeys(name for profile in PROFILES for name in profile.subsystems))


def is_alias(name: str) -> bool:
    """Whether `~/.ssh/config` knows a host by this name."""
    return SshConfig().knows(name)


def device_session_settings(device: Device, settings: Settings) -> SessionSettings:
    """The part of the settings that a session with this device needs, with what the device has of its own."""
    named = PRIVATE_CANDIDATE if device.private_candidate else ()
    result = session_settings(replace(settings, connection=connection_settings(device, settings)), named)
    return replace(result, framing=device.framing, profile=device.profile, quirks=device.quirks)


def session_settings(settings: Settings, also_named: Sequence[str] = ()) -> SessionSettings:
    """The part of the settings that a session needs; `also_named` are further capabilities for our hello."""
    protocol = settings.protocol
    return SessionSettings(
        rpc_timeout=settings.connection.rpc_timeout,
        hello_timeout=settings.connection.hello_timeout,
        limits=Limits(
            message_size=protocol.message_size or None,
            hello_size=protocol.hello_size or None,
            chunk_header_size=protocol.chunk_header_size,
            wire_head=protocol.wire_head,
            prolog_size=protocol.prolog_size,
            feed_from=protocol.feed_from,
        ),
        wire_head=protocol.wire_head,
        wire_capacity=protocol.wire_entries,
        wire_characters=protocol.wire_memory,
        capabilities=(*CLIENT_CAPABILITIES, *also_named),
    )


def known_hosts(workspace: Workspace, options: ConnectOptions) -> KnownHosts:
    """The files that host keys are judged by; ours is the only one that is written."""
    also = [options.known_hosts] if options.known_hosts is not None else []
    if workspace.settings.connection.use_user_known_hosts:
        also.append(USER_KNOWN_HOSTS.expanduser())
    return KnownHosts(workspace.locations.known_hosts_file, also)


def _remember(device: Device, workspace: Workspace, secrets: Secrets, tell: Callable[[Event], None]) -> None:
    """Keep accepted secrets as the person chose; that failing is no reason to give up a session that works."""
    try:
        policy = secrets.accepted()
        known = workspace.inventory.device(device.id) if device.id else None
        if policy is not None and known is not None and known.credential_policy is not policy:
            workspace.inventory.put(replace(known, credential_policy=policy))
    except WorkspaceError as error:
        tell(Note(error.full_text(), "warning"))
