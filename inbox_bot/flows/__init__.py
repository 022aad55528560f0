"""Use cases: each opens its transactions, asks the rules, and moves data between the ports."""
