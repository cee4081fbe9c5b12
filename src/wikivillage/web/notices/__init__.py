"""What the village tells people by letter: a queue that survives a mail server which is down."""
