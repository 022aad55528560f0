"""A look-alike X API and mail peers on loopback, for the demo and the tests."""
