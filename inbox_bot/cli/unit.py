"""The systemd unit that `inbox-bot systemd` prints."""

import shutil
import sys
from pathlib import Path

_UNIT = """\
# Install:  inbox-bot systemd > /etc/systemd/system/inbox-bot.service
#           systemctl daemon-reload && systemctl enable --now inbox-bot
# With [database] url = "sqlite:////var/lib/inbox-bot/inbox.db" everything that is written lies in StateDirectory.
[Unit]
Description=inbox-bot, a support inbox for X and e-mail
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
Type=notify
NotifyAccess=main
ExecStart={program} run --config {config}
WatchdogSec=120
Restart=on-failure
RestartSec=5
TimeoutStopSec=90
KillMode=mixed

DynamicUser=yes
StateDirectory=inbox-bot
StateDirectoryMode=0700
WorkingDirectory=/var/lib/inbox-bot
UMask=0077

# Secrets: one file each, owned by root, 0600; read from $CREDENTIALS_DIRECTORY by these names.
LoadCredential=inbox-bot.toml:{config}
#LoadCredential=mail.imap.password:/etc/inbox-bot/mail.imap.password
#LoadCredential=mail.smtp.password:/etc/inbox-bot/mail.smtp.password
#LoadCredential=x.consumer_key:/etc/inbox-bot/x.consumer_key
#LoadCredential=x.consumer_secret:/etc/inbox-bot/x.consumer_secret
#LoadCredential=x.access_token:/etc/inbox-bot/x.access_token
#LoadCredential=x.access_token_secret:/etc/inbox-bot/x.access_token_secret

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def unit(config: Path) -> str:
    """The unit's text for a configuration file (absolute path)."""
    found = shutil.which("inbox-bot")
    program = str(Path(found).absolute()) if found else f"{sys.executable} -m inbox_bot"
    home = "read-only" if program.startswith(("/home/", "/root/")) else "yes"  # the program itself may lie there
    # A readable file for a dynamic user: systemd hands it over as a credential, as it does with the secrets.
    return _UNIT.format(program=program, config=config, home=home).replace(
        f"--config {config}", "--config %d/inbox-bot.toml", 1
    )
