# Varnish in front of Standfirst: keeps pages for a day, forgets them by key within a moment of each change, and goes
# on serving them when everything behind it is gone. Needs Varnish 7 and, for keys.vcl, the package varnish-modules.
#
#   cp standfirst.vcl site.vcl keys.vcl /etc/varnish/
#   varnishd -a 127.0.0.1:6081 -f /etc/varnish/standfirst.vcl -s malloc,512m
#
# In standfirst.toml:  cdn = "varnish"  cdn_urls = ["http://127.0.0.1:6081"]  behind_proxy = true
# How all of it works together: docs/how-to/cdn.md
vcl 4.1;

import purge;
import std;

# How pages are forgotten by key. Without varnish-modules write "./keys-by-ban.vcl"; what that costs stands there.
include "./keys.vcl";

# The origin, who may purge, and which proxy is believed.
include "./site.vcl";

sub vcl_recv {
    # Varnish has added the address of its client to X-Forwarded-For. A comma tells that somebody was there before: a
    # PURGE that a proxy passed on from the internet is not ours, although the proxy stands on this machine.
    if (req.method == "PURGE") {
        if (client.ip !~ purgers || req.http.X-Forwarded-For ~ ",") {
            return (synth(405, "Not allowed"));
        }
        if (req.http.Surrogate-Key) {
            call standfirst_purge_keys;
        }
    } elsif (req.method !~ "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$") {
        return (synth(405, "Not allowed"));
    }

    if (req.restarts == 0) {
        unset req.http.X-Query;
        unset req.http.X-Cookies;
        unset req.http.X-Stale;
        unset req.http.X-Again;
        call standfirst_reader_address;
        call standfirst_normalise;
    }
    if (req.method == "PURGE") {
        return (hash);
    }
    call standfirst_choose_origin;
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.url ~ "^/(desk|accounts|api|documents)(/|$)" || req.url ~ "^/(healthz|readyz)$") {
        return (pass);
    }

    # A page that was forgotten stays as stale. While the origin is well it is shown for another fifth of a second at
    # most, so that a crowd need not wait for one rendering; when the origin fails, for as long as it may.
    if (req.restarts > 0 || !std.healthy(req.backend_hint)) {
        set req.grace = 30d;
    } else {
        set req.grace = 0.2s;
    }
    return (hash);
}

# What arrives from anybody but our own proxy is overwritten: a reader could claim any address, and https.
sub standfirst_reader_address {
    if (client.ip ~ proxies && req.http.X-Forwarded-For ~ ",") {
        set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "^(.*,)?\s*([^, ]+)\s*,[^,]*$", "\2");
    } else {
        set req.http.X-Forwarded-For = client.ip;
    }
    if (client.ip !~ proxies || req.http.X-Forwarded-Proto !~ "^https?$") {
        set req.http.X-Forwarded-Proto = "http";
    }
}

# One page has one name, whatever campaign led to it and whatever cookies its reader carries.
sub standfirst_normalise {
    set req.http.Host = std.tolower(regsub(req.http.Host, ":(80|443)$", ""));
    if (req.url ~ "\?") {
        set req.http.X-Query = regsub(req.url, "^[^?]*\?", "");
        set req.url = regsuball(req.url,
            "(?<=[?&])(utm_\w+|mtm_\w+|pk_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|ref)=[^&]*&?",
            "");
        set req.url = std.querysort(regsub(req.url, "[?&]+$", ""));
    }
    # Pages differ by the cookie of an entitlement at most. The others are for what is passed.
    if (req.http.Cookie) {
        set req.http.X-Cookies = req.http.Cookie;
        set req.http.Cookie = regsub(req.http.Cookie, "^(?:.*;)?\s*(standfirst_access=[^;]*).*$", "\1");
        if (req.http.Cookie !~ "^standfirst_access=") {
            unset req.http.Cookie;
        }
    }
}

sub vcl_hash {
    # The same page looks different over http when the origin redirects to https.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_hit {
    if (req.method == "PURGE") {
        purge.soft(0s);
        return (synth(200, "Purged"));
    }
    if (obj.ttl <= 0s) {
        set req.http.X-Stale = "1";
    }
}

sub vcl_miss {
    if (req.method == "PURGE") {
        purge.soft(0s);
        return (synth(200, "Purged"));
    }
}

sub vcl_pass {
    if (req.method == "PURGE") {
        return (synth(200, "Purged"));
    }
    if (req.http.X-Cookies) {
        set req.http.Cookie = req.http.X-Cookies;
    }
}

sub vcl_backend_fetch {
    if (bereq.retries > 0 && bereq.http.X-Cookies) {
        set bereq.http.Cookie = bereq.http.X-Cookies;
    }
}

sub vcl_backend_error {
    call standfirst_give_up;
}

# An error is shown only when there is no stale page to show: given up here, the request is begun again in vcl_synth,
# takes what is kept however old it is, and brings X-Again along when nothing is.
sub standfirst_give_up {
    if (bereq.is_bgfetch || (!bereq.uncacheable && !bereq.http.X-Again)) {
        return (abandon);
    }
}

sub vcl_synth {
    if (resp.status == 503 && req.restarts == 0 && (req.method == "GET" || req.method == "HEAD")) {
        set req.http.X-Again = "1";
        return (restart);
    }
}

sub vcl_backend_response {
    if (beresp.status >= 500) {
        call standfirst_give_up;
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.uncacheable = true;
        return (deliver);
    }
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache" || beresp.http.Set-Cookie) {
        # A page for one person: ask again with all cookies, and pass the next ones at once.
        if (bereq.retries == 0 && bereq.http.X-Cookies) {
            return (retry);
        }
        return (pass(120s));
    }
    if (beresp.http.CDN-Cache-Control ~ "max-age=\d") {
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*max-age=(\d+).*$", "\1s"), 0s)
            - std.duration(beresp.http.Age + "s", 0s);
        set beresp.grace = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*stale-if-error=(\d+).*$", "\1s"), 10s);
        call standfirst_keep_keys;
        return (deliver);
    }
    # Style sheets, scripts, pictures: their names change with their content.
    set beresp.grace = 1d;
}

sub vcl_deliver {
    if ((resp.status == 301 || resp.status == 308) && req.http.X-Query && resp.http.Location !~ "\?") {
        set resp.http.Location = resp.http.Location + "?" + req.http.X-Query;
    }
    if (req.http.X-Stale && obj.hits > 0) {
        set resp.http.Warning = {"111 - "Revalidation Failed""};
    }
    if (obj.hits > 0) {
        set resp.http.X-Cache = "hit";
    } else {
        set resp.http.X-Cache = "miss";
    }
    unset resp.http.Surrogate-Key;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.xkey;
}
