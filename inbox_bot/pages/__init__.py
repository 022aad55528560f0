"""The customer's page as a document that can be handed on: one outline, written as HTML, plain text or PDF."""
