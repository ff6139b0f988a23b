# Forgetting by key with vmod_xkey (Debian and Ubuntu: apt install varnish-modules; the official container image has it).
# What is forgotten stays as stale, for the case that the origin fails before it is asked for again.
import xkey;

sub standfirst_keep_keys {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    unset beresp.http.Surrogate-Key;
}

sub standfirst_purge_keys {
    return (synth(200, "Purged " + xkey.softpurge(req.http.Surrogate-Key)));
}
