"""nginx as a peer: files by DAV PUT, one worker, in a folder that is thrown away."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import NotRun
from bench.processes import Process, running

# In the foreground, so that it ends with its `with`. Everything it writes is in the folder.
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path {folder}/incoming; client_body_buffer_size 16k;
  proxy_temp_path {folder}/unused; fastcgi_temp_path {folder}/unused;
  uwsgi_temp_path {folder}/unused; scgi_temp_path {folder}/unused;
  server {{
    listen 127.0.0.1:{port}; root {folder}/units;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[Process]:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise NotRun("nginx is missing (apt-get install nginx)")
    (folder / "units").mkdir(parents=True)
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, user=user))
    with running([program, "-c", str(file), "-p", str(folder)], port=port) as process:
        yield process
