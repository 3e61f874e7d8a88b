-- Not UTF-8.
return indicator { name = "été" }
