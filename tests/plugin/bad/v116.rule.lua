-- expect V116
return rule { id = "v116.rule" }
