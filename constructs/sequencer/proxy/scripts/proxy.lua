-- Names the leader of the backend `write` in txn.leader; waits for one, as many milliseconds as its argument says.
-- HAProxy takes servers for well before their first check: they are put down, and lead once a check says so. When two
-- lead, the one that began last does. A leader that takes no connection has just died: HAProxy would answer 503 at
-- once, and this waits for the next one.
local POLL_MS = 20
local CONNECT_MS = 100
local since = {}
local attempts = {}
local leader

local function now_ms()
  local now = core.now()
  return now.sec * 1000 + now.usec // 1000
end

local function leads(server)
  local stats = server:get_stats()
  return stats.status:find("^UP") ~= nil and stats.check_status:find("L7OK") ~= nil
end

-- HAProxy tries what is refused three times more, with pauses. A member on a lost node does not even refuse, and
-- HAProxy 3.4.7 forgets the time limit of a socket that connects. So each server has one attempt at a time, beside the
-- requests, and none of them waits for it longer than the limit.
local function takes_connections(name, server)
  local attempt = attempts[name]
  if not attempt then
    attempt = { answers = core.queue(), waiting = 0 }
    attempts[name] = attempt
    local function answer(connected)
      if attempts[name] ~= attempt then return end
      attempts[name] = nil
      for _ = 1, attempt.waiting do attempt.answers:push(connected) end
    end
    core.register_task(function()
      local socket = core.tcp()
      socket:settimeout(CONNECT_MS / 1000)
      answer(socket:connect(server:get_addr()) ~= nil)
      socket:close()
    end)
    core.register_task(function()
      core.msleep(CONNECT_MS)
      answer(false)
    end)
  end
  attempt.waiting = attempt.waiting + 1
  return attempt.answers:pop_wait()
end

core.register_task(function()
  for _, server in pairs(core.backends.write.servers) do server:check_force_down() end
  local order = 0
  while true do
    order = order + 1
    for name, server in pairs(core.backends.write.servers) do
      since[name] = leads(server) and (since[name] or order) or nil
    end
    leader = next(since)
    for name, began in pairs(since) do
      if began > since[leader] then leader = name end
    end
    core.msleep(POLL_MS)
  end
end)

core.register_action("leader", { "http-req" }, function(txn, wait_ms)
  local ends = now_ms() + tonumber(wait_ms)
  while true do
    local name = leader
    local server = core.backends.write.servers[name or ""]
    if server and leads(server) and takes_connections(name, server) then
      txn:set_var("txn.leader", name)
      return
    end
    if now_ms() >= ends then return end
    core.msleep(POLL_MS)
  end
end, 1)
