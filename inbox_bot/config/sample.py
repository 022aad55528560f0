"""The commented configuration that `inbox-bot init` writes; every key stands in it with its default."""

import json


def sample(
    *, name: str = "Acme", language: str = "de", timezone: str = "Europe/Berlin", address: str = "hilfe@acme.example"
) -> str:
    """The file for one company; only hosts and secrets are left to fill in."""
    domain = address.rpartition("@")[2]
    words = {"NAME": name, "LANGUAGE": language, "ZONE": timezone, "ADDRESS": address}
    hosts = {"IMAP": f"imap.{domain}", "SMTP": f"smtp.{domain}"}
    text = _TEXT
    for place, word in (words | hosts).items():
        text = text.replace(f"@{place}@", json.dumps(word, ensure_ascii=False))  # JSON's strings are TOML's, too
    return text


_TEXT = """\
# Configuration of inbox-bot. `inbox-bot check` tries everything that stands here and says what to do.
#
# Relative paths start at the folder of this file. Every secret may also come from
#   a file:             password_file = "/etc/inbox-bot/imap"   (chmod 600)
#   the environment:    INBOX_BOT_<INBOX>_<SECTION>_<KEY>, e.g. INBOX_BOT_MAIL_IMAP_PASSWORD, INBOX_BOT_X_CONSUMER_KEY
#   systemd:            LoadCredential=mail.imap.password:/etc/inbox-bot/imap, x.consumer_key, database.url
# With secrets in it, this file must not be readable by everybody: chmod 600 inbox-bot.toml

[brand]
name = @NAME@              # how texts call you
language = @LANGUAGE@              # "de" or "en": where the customer's language is not known, and for the team
timezone = @ZONE@   # times in texts and the days of the spending limit's report
footer = ""                  # your legal particulars, under every mail; several lines between three quotation marks
privacy_url = ""             # in mails and in the first direct message, never in public; X demands it
templates = ""               # a folder with texts of your own, laid out like the shipped ones; they win

[database]
url = "sqlite:///inbox.db"   # or "postgresql://user@host/db"; four slashes begin an absolute path

[security]
key_file = ""                # made beside the SQLite file where empty; needed with PostgreSQL; belongs into the backup

[notify]
to = []                      # the team's addresses: a mail per new ticket and alarm, above 10 an hour a digest

[acknowledge]
public = "auto"              # the one public reply to a mention: "auto", "approve" (a person says yes) or "off"
public_per_hour = 60         # above it: an alarm, and approval instead of auto
max_age_hours = 72           # older messages are filed, never answered automatically
mdn = true                   # answer read receipts that customers ask for
coalesce_seconds = 300       # further messages within this time share an acknowledgement; the first goes at once
per_hour = 10                # acknowledgements to one customer, on all his ways together
newcomers_per_hour = 1000    # new senders of one mail domain that get theirs at once, the others later; 0 = no limit
offer_mail = false           # true: a first direct message is answered with a one-time address, by which his mail joins

[threading]
young_hours = 72             # so long an open ticket takes further messages that do not name it

[hours]                      # when the team is there, by brand.timezone; no day has any: always
monday = []                  # e.g. ["08:00-12:00", "13:00-18:00"]; [] = closed; over midnight: "22:00-24:00", then
tuesday = []                 # "00:00-06:00" on the next day
wednesday = []
thursday = []
friday = []
saturday = []
sunday = []
country = ""                 # closed on its public holidays: two letters, "DE"; "" = on none
state = ""                   # "BY": and on those of this state; a wrong one is answered with the list
extra_holidays = []          # closed, too: ["2026-12-24", "2026-12-31"]
open_days = []               # open in spite of a holiday: ["2026-10-03"]; other hours: ["2026-12-24 09:00-12:00"]

[targets]                    # opening hours until an answer, by priority; 0: none
urgent_hours = 0             # e.g. 1, 2, 8 and 16
high_hours = 0
normal_hours = 0
low_hours = 0
remind_percent = 75          # after so much of that time somebody is reminded

[incidents]                  # how fast those are told whom an incident affects, beside all other messages
mails_per_hour = 36000       # what your relay takes, with room for the others
dms_per_hour = 40            # X takes about 60

[topics]                     # what a new ticket is about, by words of its first message; agents' skills are such topics
                             # e.g. billing = ["Rechnung", "invoice"]
                             # for the proven only: contract = { words = ["Vertrag"], tier = "account" }

[reasons]                    # why customers write: a ticket needs one of these to be resolved; none here: it needs none
# moving = { words = ["Umzug", "moving"], de = "Umzug", en = "Moving", link = "https://acme.example/umzug" }
                             # link, also { de = "https://…", en = "https://…" }, may be left out; without words only
                             # a person says it

[assign]
automatic = true             # as soon as there are agents, each new ticket goes to one who is on duty

[approval]                   # what a second person must say yes to before it goes out; nothing where there is only one
first_public_posts = 1       # so many public posts of each new agent; 0: none
all_public = false           # every public post of an agent
templates = []               # answers made from these templates

[privacy]                    # how personal data is told, which never stands in a public answer
customer_number = ""         # a plain pattern of yours: 'K-\\d{6}'; "": what stands behind "Kundennummer" and the like
region = ""                  # whose telephone numbers need no country: two letters; "": the country of [hours], else DE

[surveys]                    # asking how satisfied customers are, from 1 to 5, once their ticket is resolved
enabled = false              # true: where nothing speaks against it; `inbox-bot surveys` says who was not, and why
after_hours = 24             # so long after it was resolved, if nothing has come meanwhile
every_days = 90              # nobody is asked twice in this time

[gateway]                    # answering by e-mail
enabled = false              # true: each agent gets the tickets by mail, and his reply goes to the customer
listen = "127.0.0.1:8025"    # where your mail server hands over what comes to the reply addresses; "": nothing listens,
                             # they are read in the mailbox below
protocol = "smtp"            # or "lmtp"
hostname = ""                # how we call ourselves there; left out: the domain of the address
certificate = ""             # PEM files, for STARTTLS; beyond this machine they are needed
key = ""
require_tls = false          # true: nothing without STARTTLS
client_ca = ""               # whose TLS clients are believed what they say of From
user = ""                    # likewise who logs in as this one (SMTP AUTH); give it to a submission server only
password = ""
relays = []                  # addresses or networks of your mail servers that hand over: ["127.0.0.1", "10.1.0.0/16"];
                             # only their Authentication-Results are read; they must remove those of others
max_bytes = 26214400         # of one mail
undo_seconds = 60            # so long an answer can be undone
address = ""                 # reply addresses are address+r-…; left out: the first mail inbox's

[metrics]                    # for Prometheus: /metrics, and /healthz, which says 503 where something is wrong
listen = ""                  # "127.0.0.1:9464"; "": nothing listens. $INBOX_BOT_METRICS_LISTEN wins, for processes of
                             # one machine that share this file
beyond_loopback = false      # true: another machine may read; nobody is asked who he is, so have a firewall let in only
                             # your monitoring. No customer stands in it, but how busy you are does
failing_seconds = 300        # so long a stream of an inbox may fail before /healthz says so

[retention]                  # after how many days what goes; 0: it is kept for ever. Of an open ticket nothing goes
raw_days = 0                 # a mail's bytes as they came; its text stays
attachments_days = 0         # files' contents; their names stay
payload_days = 0             # the frozen bytes of what has gone out; its text and evidence stay
closed_tickets_days = 0      # closed so long ago: texts, files and subject; number, times and evidence stay
junk_days = 0                # junk tickets, and what was filed without a ticket (advertising, automatic mail); from 30
quarantine_days = 0          # the bytes of what could not be read; from 30
log_days = 0                 # who did what to closed tickets; notices to the team
customers_days = 0           # name and addresses of those without tickets that are kept, if they have not written since

[[inbox]]
name = "x"
channel = "twitter"
start = "now"                # the first run takes: "now" what comes from here on, "all", or from a day, "2026-11-24"
base_url = "https://api.x.com"
consumer_key = ""            # the four keys of your app, with read, write and direct messages, owned by this account
consumer_secret = ""
access_token = ""
access_token_secret = ""
oauth2_client_id = ""        # instead of the four: an app with OAuth 2.0 (PKCE) and the scope offline.access
oauth2_client_secret = ""    # empty for a public client
oauth2_refresh_token = ""    # X replaces it at each use: the newest is kept encrypted in the database
oauth2_token_url = "https://api.x.com/2/oauth2/token"
poll_seconds = 60            # mentions
dm_poll_seconds = 100        # direct messages; X allows 15 calls in 15 minutes
hold_seconds = 60            # before an automatic public reply, since posts can be edited
spend_limit_usd = 10.0       # what all calls of one UTC day may cost by X's price list
post_limit = 280             # weighted characters; more only with X Premium
field_names = "tweet"        # X renames its fields ("post"): what is tried first; refused, the other one is taken

[[inbox]]
name = "mail"
channel = "email"
start = "now"
address = @ADDRESS@
plus_address = true          # signed plus-address in Reply-To and envelope sender; false where the provider has none
form_senders = []            # senders of contact forms: there the customer is who Reply-To names
spam_header = "X-Spam-Flag: YES"   # how the spam filter marks junk; "" for none

[inbox.imap]
host = @IMAP@
security = "tls"             # "tls", "starttls" or "none"
port = 993                   # left out: 993 with tls, else 143
user = ""                    # left out: the address
password = ""
oauth2_client_id = ""        # instead of a password (Gmail, Microsoft 365): XOAUTH2 or OAUTHBEARER
oauth2_client_secret = ""    # empty for a public client
oauth2_refresh_token = ""    # a new one put here wins over those that the provider has sent since
oauth2_token_url = ""        # "https://oauth2.googleapis.com/token",
                             # "https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token"
oauth2_scope = ""            # where the provider wants one to renew
folder = "INBOX"             # read only; nothing in it is changed but the $MDNSent mark
archive_folder = ""          # move what is safely stored there
poll_seconds = 60            # where the server cannot tell of news by itself (IDLE)
authserv_id = ""             # the name your server writes into Authentication-Results; empty: a known From is believed
verify_dkim = true           # check senders' signatures ourselves where the server did not; asks DNS for their keys
ca_file = ""                 # certificates to trust instead of the system's

[inbox.smtp]
host = @SMTP@
security = "tls"             # "tls", "starttls" or "none"
port = 465                   # left out: 465 with tls, 587 with starttls, 25 with none
user = ""                    # empty: no login, unless there is a password; then the address
password = ""
oauth2_client_id = ""        # the five keys as above, left out: with TLS and no password, those of inbox.imap
oauth2_client_secret = ""
oauth2_refresh_token = ""
oauth2_token_url = ""
oauth2_scope = ""
connections = 4              # kept open and used at the same time
ca_file = ""
"""

SAMPLE = sample()
