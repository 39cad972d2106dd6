"""What the example's Dockerfiles download, over HTTP and HTTPS, until somebody ends it."""
import functools
import http.server
import ssl
import threading

Handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="/srv/downloads")
plain = http.server.ThreadingHTTPServer(("127.0.0.1", 80), Handler)
secure = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/srv/certificate.pem", "/srv/key.pem")
secure.socket = context.wrap_socket(secure.socket, server_side=True)
threading.Thread(target=plain.serve_forever, daemon=True).start()
secure.serve_forever()
