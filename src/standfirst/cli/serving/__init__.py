"""`standfirst serve`: one supervised group of web server and background worker."""
