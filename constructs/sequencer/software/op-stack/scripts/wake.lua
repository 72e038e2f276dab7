-- op-node does not notice admin_startSequencer until something else passes through its loop: a block of L1, one of its
-- peers, or a ticker of two block times. This question does, once for every start: the output of a height that no chain
-- has, which is an error and changes nothing.
core.register_action("wake", { "http-res" }, function(_, url)
  core.register_task(function()
    core.httpclient():post({
      url = url,
      headers = { ["content-type"] = { "application/json" } },
      body = '{"jsonrpc":"2.0","id":1,"method":"optimism_outputAtBlock","params":["0x7fffffffffffffff"]}',
      timeout = 1000,
    })
  end)
end, 1)
