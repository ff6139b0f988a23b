"""The invented newsroom that `standfirst demo` opens."""
