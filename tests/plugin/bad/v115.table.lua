-- expect V115
return { id = "v115.table" }
