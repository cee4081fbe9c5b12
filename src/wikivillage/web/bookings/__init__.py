"""Places and machines to use: who takes which when, at what price and on whose electricity."""
