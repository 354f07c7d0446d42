-- wrk: 4 KB units, each under a number of its own, over many recordings in turn.
-- The file named in the arguments: a first line with where to start counting, then for each
-- recording the request up to the number and, on the next line, the rest of its head.
-- "|" stands for a line's end.
local before, after, body = {}, {}, nil
local turn, start = 0, 0

local function lines_end(text)
  return (text:gsub("|", "\r\n"))
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  start = tonumber(file:read("*l"))
  while true do
    local head = file:read("*l")
    if head == nil or head == "BODY" then break end
    before[#before + 1] = lines_end(head)
    after[#after + 1] = lines_end(file:read("*l"))
  end
  body = file:read("*a")
  for index = 1, #after do after[index] = after[index] .. body end
end

function request()
  local index = turn % #before + 1
  local number = start + math.floor(turn / #before)
  turn = turn + 1
  return before[index] .. string.format("%d", number) .. after[index]
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.write
    + summary.errors.connect + summary.errors.timeout
  io.write(string.format('{"requests": %d, "seconds": %f, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, failed,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
