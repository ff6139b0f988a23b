# The two nodes of compose.yaml, in place of deploy/varnish/site.vcl. A node that fails its probe gets no requests.
import directors;

probe health {
    .url = "/healthz";
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 1;
}

backend node_a {
    .host = "node-a";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
    .between_bytes_timeout = 30s;
    .probe = health;
}

backend node_b {
    .host = "node-b";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
    .between_bytes_timeout = 30s;
    .probe = health;
}

sub vcl_init {
    new nodes = directors.round_robin();
    nodes.add_backend(node_a);
    nodes.add_backend(node_b);
}

sub standfirst_choose_origin {
    set req.backend_hint = nodes.backend();
}

# Everything in the network of compose.yaml; what the proxy passes on is told apart by X-Forwarded-For.
acl purgers {
    "172.28.5.0"/24;
}

acl proxies {
    "172.28.5.10";
}
