-- Ask for another address each time, so that no kept page answers. wrk runs this. With the argument "entry" the page is
-- made as after an entry was published, with "anew" as where nothing of it is kept (benchmarks/anew.py). With "proofs"
-- and how many entries there are, the number in the path is that of another entry each time.
local n, base, entries = 0, nil, nil

function init(args)
  local name = args[1] or "n"
  if name == "proofs" then
    base, entries = wrk.path, tonumber(args[2])
    return
  end
  local separator = string.find(wrk.path, "?", 1, true) and "&" or "?"
  base = wrk.path .. separator .. name .. "=" .. os.time() .. "-"
end

function request()
  n = n + 1
  if entries then
    return wrk.format("GET", (string.gsub(base, "%d+", n * 7919 % entries + 1, 1)))
  end
  return wrk.format("GET", base .. n)
end
