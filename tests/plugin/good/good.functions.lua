-- Every function that a plugin may call does what its name says.
return indicator {
  id = "good.functions", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "number", "status" }, missing = "carry" } },
  compute = function(ctx)
    if not (math.floor(2.7) == 2) then error("math.floor(2.7) == 2") end
    if not (math.max(1, 3, 2) == 3) then error("math.max(1, 3, 2) == 3") end
    if not (math.type(1) == "integer") then error("math.type(1) == 'integer'") end
    if not (math.sqrt(9) == 3) then error("math.sqrt(9) == 3") end
    if not (string.format("%05.1f|%s|%d|%%", 3.14159, true, 42) == "003.1|true|42|%") then error("string.format('%05.1f|%s|%d|%%', 3.14159, true, 42) == '003.1|true|42|%'") end
    if not (("abc"):upper() == "ABC") then error("('abc'):upper() == 'ABC'") end
    if not (("abc"):sub(2, 3) == "bc") then error("('abc'):sub(2, 3) == 'bc'") end
    if not (#"abc" == 3) then error("#'abc' == 3") end
    if not (("abc"):reverse() == "cba") then error("('abc'):reverse() == 'cba'") end
    if not (string.char(65) == "A") then error("string.char(65) == 'A'") end
    if not (("A"):byte() == 65) then error("('A'):byte() == 65") end
    if not (table.concat({ 1, 2, 3 }, "-") == "1-2-3") then error("table.concat({ 1, 2, 3 }, '-') == '1-2-3'") end
    if not (select("#", table.unpack({ 1, 2, 3 })) == 3) then error("select('#', table.unpack({ 1, 2, 3 })) == 3") end
    if not (select(2, "a", "b") == "b") then error("select(2, 'a', 'b') == 'b'") end
    if not (tostring(nil) == "nil") then error("tostring(nil) == 'nil'") end
    if not (tostring({}) == "table") then error("tostring({}) == 'table'") end
    if not (tostring(12) == "12") then error("tostring(12) == '12'") end
    if not (tostring(math.floor) == "function") then error("tostring(math.floor) == 'function'") end
    if not (tonumber("12") == 12) then error("tonumber('12') == 12") end
    if not (tonumber("ff", 16) == 255) then error("tonumber('ff', 16) == 255") end
    if not (tonumber("x") == nil) then error("tonumber('x') == nil") end
    if not (type({}) == "table") then error("type({}) == 'table'") end
    if not (type(ctx) == "table") then error("type(ctx) == 'table'") end
    if not (type(ctx.rows("actions")) == "table") then error("type(ctx.rows('actions')) == 'table'") end
    if not (text.trim("  a b ") == "a b") then error("text.trim('  a b ') == 'a b'") end
    if not (#text.split("a;b;c", ";") == 3) then error("#text.split('a;b;c', ';') == 3") end
    if not (text.split("a;b", ";")[2] == "b") then error("text.split('a;b', ';')[2] == 'b'") end
    if not (text.number("1 234,5") == 1234.5) then error("text.number('1 234,5') == 1234.5") end
    if not (text.number("12x") == nil) then error("text.number('12x') == nil") end
    if not (text.date("2025-03-31") == ctx.day("2025-03-31")) then error("text.date('2025-03-31') == ctx.day('2025-03-31')") end
    if not (text.date("31/03/2025") == ctx.day("2025-03-31")) then error("text.date('31/03/2025') == ctx.day('2025-03-31')") end
    if not (text.date("31/02/2025") == nil) then error("text.date('31/02/2025') == nil") end
    if not (text.find("abcabc", "c") == 3) then error("text.find('abcabc', 'c') == 3") end
    if not (text.find("abcabc", "c", 4) == 6) then error("text.find('abcabc', 'c', 4) == 6") end
    if not (text.find("abc", "z") == nil) then error("text.find('abc', 'z') == nil") end
    return 1
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 } } },
  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
