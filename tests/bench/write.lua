-- wrk: status reports, or drafts of monthly reports, by HTTP.  Each thread has one connection and one thing of its own to
-- write to, and names in If-Match the version that the answer before gave it; a write that was overtaken (412) is made
-- again and not counted, and so is a draft that the server was too busy for (503), after the wait that pages make.
-- Arguments: a file with a line for each thread: address, entity tag and, where each is somebody else, a token; then
-- `report` or `draft`.
local threads = {}
local kinds = {
	report = { method = "POST", body = function(n)
		return '{"status":"in_progress","progress":' .. n ..
			',"confidence":"achievable","comment":"The training of the second group has begun."}'
	end },
	draft = { method = "PUT", body = function(n)
		return '{"figures":[{"series":"clients.fines","typed":"' .. n .. '"}],"comment":"Two patrols wrote no fine yet."}'
	end },
}

function setup(thread)
	thread:set("index", #threads + 1)
	table.insert(threads, thread)
end

function init(args)
	local line, token = 0, ""
	for text in io.lines(args[1]) do
		line = line + 1
		if line == index then path, etag, token = text:match("^(%S+) (%S+) ?(%S*)$") end
	end
	wrk.headers["Content-Type"] = "application/json"
	if token ~= "" then wrk.headers["Authorization"] = "Bearer " .. token end
	kind = kinds[args[2]]
	kept, busy, refused, said, number = 0, 0, 0, 0, 0
	if args[2] == "draft" then
		wrk.headers["Prefer"] = "return=minimal"	-- as pages save what is typed
		wait = 0
		delay = function() return wait end	-- wrk asks a script that has one, before each request
	end
end

function request()
	number = number % 90 + 1
	wrk.headers["If-Match"] = etag
	return wrk.format(kind.method, path, nil, kind.body(number))
end

function response(status, headers, body)
	wait = 0
	if status == 201 or status == 200 or status == 204 then
		kept = kept + 1
		etag = headers["ETag"] or headers["etag"]
	elseif status == 412 then
		for version in body:gmatch('"version"%s*:%s*(%d+)') do
			etag = '"' .. version .. '.20260101.fr"'
		end
	elseif status == 503 and delay then
		busy = busy + 1
		wait = 200
	else
		refused = refused + 1
		said = status
	end
end

function done(summary)
	local all, away, no, status = 0, 0, 0, 0
	for _, thread in ipairs(threads) do
		all = all + thread:get("kept")
		away = away + thread:get("busy")
		no = no + thread:get("refused")
		if thread:get("said") ~= 0 then status = thread:get("said") end
	end
	io.write(("kept %d busy %d refused %d status %d seconds %.6f\n"):format(all, away, no, status, summary.duration / 1e6))
end
