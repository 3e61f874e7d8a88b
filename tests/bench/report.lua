-- wrk: status reports by HTTP.  Each thread has one connection and one action of its own, and names in
-- If-Match the version that the answer before gave it; a report that was overtaken (412) is made again and
-- not counted.  The one argument is a file with a line for each thread: address, blank, entity tag.
local threads = {}

function setup(thread)
	thread:set("index", #threads + 1)
	table.insert(threads, thread)
end

function init(args)
	local line = 0
	for text in io.lines(args[1]) do
		line = line + 1
		if line == index then path, etag = text:match("^(%S+) (.+)$") end
	end
	wrk.headers["Content-Type"] = "application/json"
	kept, refused, said, progress = 0, 0, 0, 0
end

function request()
	progress = progress % 90 + 1
	wrk.headers["If-Match"] = etag
	return wrk.format("POST", path, nil, '{"status":"in_progress","progress":' .. progress ..
		',"confidence":"achievable","comment":"The training of the second group has begun."}')
end

function response(status, headers, body)
	if status == 201 then
		kept = kept + 1
		etag = headers["ETag"] or headers["etag"]
	elseif status == 412 then
		for version in body:gmatch('"version"%s*:%s*(%d+)') do
			etag = '"' .. version .. '.20260101.fr"'
		end
	else
		refused = refused + 1
		said = status
	end
end

function done(summary)
	local all, no, status = 0, 0, 0
	for _, thread in ipairs(threads) do
		all = all + thread:get("kept")
		no = no + thread:get("refused")
		if thread:get("said") ~= 0 then status = thread:get("said") end
	end
	io.write(("kept %d refused %d status %d seconds %.6f\n"):format(all, no, status, summary.duration / 1e6))
end
