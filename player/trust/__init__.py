"""What may be believed: the TUF client and its roles, what they sign, and one clock of trust."""
