"""One page of every labelled film that went wrong, so that the reason is seen in a minute."""
