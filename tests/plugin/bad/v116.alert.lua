-- expect V116
return alert { id = "v116.alert" }
