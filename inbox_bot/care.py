"""The words for personal data, as data; nothing here decides anything."""

from enum import StrEnum


class DetailKind(StrEnum):
    """A kind of personal data that a text can hold."""

    PHONE = "phone"
    IBAN = "iban"
    MAIL = "mail"
    CUSTOMER_NUMBER = "customer_number"
    BIRTHDAY = "birthday"
