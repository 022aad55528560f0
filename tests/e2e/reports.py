"""Delivery reports and read receipts as mail servers and mail programs write them."""

from hashlib import sha256


def bounce(original: str, recipient: str, to: str, seed: bytes, action: str = "failed") -> bytes:
    """A DSN (RFC 3464) about one recipient; `seed` makes its Message-ID."""
    status = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0"}[action]
    name = f"dsn{sha256(seed).hexdigest()[:16]}"
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.post.example>\r\n"
        f"To: {to}\r\nSubject: Delivery status\r\nMessage-ID: <{name}@mx.post.example>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="{name}"\r\n\r\n'
        f"--{name}\r\nContent-Type: text/plain\r\n\r\nThis is about your mail to {recipient}.\r\n"
        f"--{name}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--{name}\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\nTo: {recipient}\r\n\r\n"
        f"--{name}--\r\n"
    ).encode()


def mdn(original: str, to: str, seed: bytes) -> bytes:
    """A read receipt (RFC 8098); `seed` makes its Message-ID."""
    name = f"mdn{sha256(seed).hexdigest()[:16]}"
    return (
        "Return-Path: <>\r\nFrom: Leserin <leserin@post.example>\r\n"
        f"To: {to}\r\nSubject: Gelesen\r\nMessage-ID: <{name}@mx.post.example>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=disposition-notification; boundary="{name}"\r\n\r\n'
        f"--{name}\r\nContent-Type: text/plain\r\n\r\nGelesen.\r\n"
        f"--{name}\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Final-Recipient: rfc822; leserin@post.example\r\n"
        f"Original-Message-ID: {original}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n"
        f"--{name}--\r\n"
    ).encode()
