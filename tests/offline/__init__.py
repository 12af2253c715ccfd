"""Nothing of the tests leaves this machine."""
