-- Ask for another address each time, so that no kept page answers. wrk runs this.
local n = 0
local separator = string.find(wrk.path, "?", 1, true) and "&" or "?"
local base = wrk.path
function request()
  n = n + 1
  return wrk.format("GET", base .. separator .. "n=" .. n .. "-" .. tostring({}))
end
