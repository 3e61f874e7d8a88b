# sql/seed/departements.json -> DEPARTMENT("01", "84"), one line each.
/"code":/ { split($0, part, "\""); code = part[4] }
/"region_code":/ { split($0, part, "\""); printf "DEPARTMENT(\"%s\", \"%s\")\n", code, part[4] }
