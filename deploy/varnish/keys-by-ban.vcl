# Forgetting by key with what Varnish itself has. It costs two things: each purge is compared with the pages one by one
# as they are asked for, and what is forgotten is gone, so that a page which changed right before the origin failed
# cannot be shown.
sub standfirst_keep_keys {
}

sub standfirst_purge_keys {
    # A ban must not hold blanks, and a key may hold what means something in a regular expression.
    set req.http.X-Keys = regsuball(regsuball(req.http.Surrogate-Key, "[^\w:/~ -]", "."), " +", "|");
    if (!std.ban({"obj.http.Surrogate-Key ~ (^|\s)("} + req.http.X-Keys + {")(\s|$)"})) {
        return (synth(500, std.ban_error()));
    }
    return (synth(200, "Purged"));
}
