"""nginx with one worker on a folder of files: what the edge is measured against."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.serving import free_port, wait_for

CONFIGURATION = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=1000;
  default_type text/html;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


class Nginx:
    """Serves the files that `keep` was given. Exits with a remedy when nginx is not installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "files").mkdir(parents=True)
        folder.chmod(0o755)
        self.keep("ready", b"ready")
        binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if binary is None:
            sys.exit("nginx is not installed; on Debian and Ubuntu: apt install nginx-light")
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=self.port))
        self.process = subprocess.Popen([binary, "-c", str(configuration), "-e", str(folder / "error.log")])
        wait_for(f"{self.address}/ready")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keep(self, name: str, body: bytes) -> str:
        """Serve `body` under `name`, and return its address."""
        file = self.folder / "files" / name
        file.write_bytes(body)
        file.chmod(0o644)
        return f"{self.address}/{name}"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
