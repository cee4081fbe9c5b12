"""How long names may be. Those of meters and registers are short, so that the basis of an event can name them."""

METER, REGISTER, ID, UNIT, WORD = 40, 24, 128, 32, 16
