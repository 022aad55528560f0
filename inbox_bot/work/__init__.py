"""What flows do within one transaction, a protocol for each use; `ports.Transaction` joins them."""
