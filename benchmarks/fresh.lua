-- Ask for another address each time, so that no kept page answers. wrk runs this.
local n, base = 0, nil

function init()
  local separator = string.find(wrk.path, "?", 1, true) and "&" or "?"
  base = wrk.path .. separator .. "n=" .. os.time() .. "-"
end

function request()
  n = n + 1
  return wrk.format("GET", base .. n)
end
