# The images that the stacks start, one a stage: Debian's programs, and about each what the official
# image has that a container's settings can break: its account and ids, its directories and their
# modes, its volumes, and an entrypoint that starts as root and goes on as the account.
#
# `programs` is the file system that scripts/try-fixed-examples puts together.
FROM programs AS base
# Downloads of the builds come from a server of our own, with a certificate of its own.
RUN mkdir -p /srv/downloads /etc/ssl/certs && openssl req -x509 -newkey rsa:2048 -nodes -days 30 \
      -subj /CN=downloads.example.org -addext subjectAltName=DNS:downloads.example.org \
      -keyout /srv/key.pem -out /srv/certificate.pem 2>/dev/null && \
    cp /srv/certificate.pem /etc/ssl/certs/ca-certificates.crt
COPY downloads /srv/downloads
COPY serve-downloads.py /srv/
COPY entrypoints /usr/local/bin/

FROM base AS node
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
CMD ["node"]

# Debian 12 has no Python 2: Python 3 stands in for it.
FROM base AS python
RUN ln -s /usr/bin/python3 /usr/local/bin/python && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED
CMD ["python3"]

FROM base AS agent
RUN printf '#!/bin/sh\nexec sleep infinity\n' > /agent && chmod 755 /agent
CMD ["/agent"]

FROM base AS mosquitto
RUN groupadd --system --gid 1883 mosquitto && \
    useradd --system --uid 1883 --gid mosquitto --no-create-home mosquitto && \
    mkdir -p /mosquitto/config /mosquitto/data /mosquitto/log && \
    : > /mosquitto/config/mosquitto.conf && chown -R mosquitto:mosquitto /mosquitto
VOLUME ["/mosquitto/data", "/mosquitto/log"]
EXPOSE 1883
ENTRYPOINT ["start-mosquitto"]
CMD ["/usr/sbin/mosquitto", "-c", "/mosquitto/config/mosquitto.conf"]

FROM base AS postgres
RUN groupadd --system --gid 999 postgres && \
    useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql --shell /bin/bash postgres && \
    install -d -o postgres -g postgres -m 1777 /var/lib/postgresql /var/lib/postgresql/data && \
    install -d -o postgres -g postgres -m 3777 /run/postgresql
ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin \
    PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["start-postgres"]
CMD ["postgres"]

FROM base AS redis
RUN groupadd --system --gid 999 redis && useradd --system --uid 999 --gid redis redis && \
    install -d -o redis -g redis /data
VOLUME /data
WORKDIR /data
EXPOSE 6379
ENTRYPOINT ["start-redis"]
CMD ["redis-server"]

FROM base AS nginx
RUN groupadd --system --gid 101 nginx && \
    useradd --system --uid 101 --gid nginx --no-create-home --shell /bin/false nginx && \
    mkdir -p /var/cache/nginx && rm -rf /etc/nginx/modules-enabled && \
    ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log && \
    printf '%s\n' 'user nginx;' 'pid /run/nginx.pid;' 'error_log /var/log/nginx/error.log;' 'events {}' \
      'http {' '  access_log /var/log/nginx/access.log;' \
      '  client_body_temp_path /var/cache/nginx/client_temp;' \
      '  proxy_temp_path /var/cache/nginx/proxy_temp;' \
      '  fastcgi_temp_path /var/cache/nginx/fastcgi_temp;' \
      '  uwsgi_temp_path /var/cache/nginx/uwsgi_temp;' \
      '  scgi_temp_path /var/cache/nginx/scgi_temp;' \
      '  server { listen 80; location / { return 200 works; } }' '}' > /etc/nginx/nginx.conf
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]

FROM base AS httpd
RUN mkdir -p /usr/local/apache2/logs /usr/local/apache2/htdocs && cd /usr/local/apache2 && \
    ln -s /usr/lib/apache2/modules modules && echo works > htdocs/index.html && \
    printf '%s\n' 'ServerRoot /usr/local/apache2' 'ServerName localhost' 'Listen 80' \
      'LoadModule mpm_event_module modules/mod_mpm_event.so' \
      'LoadModule authz_core_module modules/mod_authz_core.so' \
      'LoadModule dir_module modules/mod_dir.so' 'User www-data' 'Group www-data' \
      'DocumentRoot htdocs' 'PidFile logs/httpd.pid' 'DefaultRuntimeDir logs' \
      'ErrorLog /proc/self/fd/2' > httpd.conf
WORKDIR /usr/local/apache2
EXPOSE 80
STOPSIGNAL SIGWINCH
CMD ["apache2", "-f", "/usr/local/apache2/httpd.conf", "-DFOREGROUND"]

FROM base AS memcached
RUN groupadd --system --gid 11211 memcache && useradd --system --uid 11211 --gid memcache memcache
USER memcache
EXPOSE 11211
CMD ["memcached"]

FROM base AS haproxy
RUN groupadd --system --gid 99 haproxy && useradd --system --uid 99 --gid haproxy haproxy && \
    mkdir -p /usr/local/etc/haproxy && \
    printf '%s\n' 'defaults' '  mode http' '  timeout client 5s' '  timeout server 5s' \
      '  timeout connect 5s' 'frontend front' '  bind :80' \
      '  http-request return status 200 content-type text/plain string works' \
      > /usr/local/etc/haproxy/haproxy.cfg
USER haproxy
STOPSIGNAL SIGUSR1
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
