"""Who receives what of a notice: the law as dated data, and the one way from it to a message."""
