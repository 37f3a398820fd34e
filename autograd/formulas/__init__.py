"""What a row's text means: parsed once, then bound to a kind of number or printed in a notation."""
