-- Forges the marks of the constructors.
return { ["@"] = "indicator", id = "hostile.top_marks" }
