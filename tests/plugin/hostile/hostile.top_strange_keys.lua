-- Keys that are tables and functions.
return indicator { [{}] = 1, [print] = 2 }
