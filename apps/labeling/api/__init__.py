"""Operations of the wire contract on team tasks and on the samples in them."""
