"""What monitoring reads: a small HTTP listener, and the house's figures in the form of Prometheus."""
