"""Who labels: teams, their members, and the invitations that turn an address into a person."""
