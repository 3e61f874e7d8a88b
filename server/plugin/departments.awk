# sql/seed/departements.json -> DEPARTMENT("01", "84", "Ain"), one line each.
/"code":/ { split($0, part, "\""); code = part[4] }
/"name":/ { split($0, part, "\""); name = part[4] }
/"region_code":/ { split($0, part, "\""); printf "DEPARTMENT(\"%s\", \"%s\", \"%s\")\n", code, part[4], name }
