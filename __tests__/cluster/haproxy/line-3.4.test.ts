/** All of these tests with HAProxy 3.4, the newest line with long-term support. */
process.env.HAPROXY_LINE = "3.4";

require("./da.test");
require("./examples.test");
require("./mesh.test");
require("./node-rpc.test");
require("./op-stack.test");
require("./proxy.test");
require("./start.test");
