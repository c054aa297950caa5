-- Ask for another address each time, so that no kept page answers. wrk runs this. With the argument "entry" the page is
-- made as after an entry was published, with "anew" as where nothing of it is kept (benchmarks/anew.py).
local n, base = 0, nil

function init(args)
  local name = args[1] or "n"
  local separator = string.find(wrk.path, "?", 1, true) and "&" or "?"
  base = wrk.path .. separator .. name .. "=" .. os.time() .. "-"
end

function request()
  n = n + 1
  return wrk.format("GET", base .. n)
end
