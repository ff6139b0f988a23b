# What differs from place to place: the origin, who may purge, and which proxy is believed. This is for one machine with
# the proxy that ends TLS, Varnish and Standfirst on it. For several nodes see deploy/container/site.vcl.
backend origin {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
    .between_bytes_timeout = 30s;
    .probe = {
        .url = "/healthz";
        .interval = 1s;
        .timeout = 1s;
        .window = 3;
        .threshold = 2;
        .initial = 1;
    }
}

sub standfirst_choose_origin {
    set req.backend_hint = origin;
}

# The machines that run Standfirst.
acl purgers {
    "127.0.0.1";
    "::1";
}

# Whose X-Forwarded-For and X-Forwarded-Proto are believed: the proxy that ends TLS in front of Varnish.
acl proxies {
    "127.0.0.1";
    "::1";
}
