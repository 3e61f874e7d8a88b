-- Listens, on the connection kept for that, to what other servers and commands changed.
listen vigie;
