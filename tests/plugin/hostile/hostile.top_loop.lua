-- Loops before describing anything.
while true do end
return indicator {}
