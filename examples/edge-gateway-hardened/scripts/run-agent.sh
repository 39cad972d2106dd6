#!/bin/sh
# Starts the agent that reports the health of the host: it reads two files, and writes nothing.
docker run -d --name agent \
  --user 4001:4001 \
  --read-only \
  --cap-drop ALL \
  --security-opt no-new-privileges:true \
  --network edge_edge \
  --memory 64m --memory-reservation 16m --memory-swap 64m \
  --cpus 0.1 --pids-limit 30 --blkio-weight 100 \
  --ulimit nofile=512:1024 \
  --storage-opt size=256m \
  --restart on-failure:5 \
  --log-driver json-file --log-opt max-size=5m --log-opt max-file=2 \
  --health-cmd "/agent --health" \
  -v /etc/os-release:/host/os-release:ro \
  registry.example.org/agent:1.4.2@sha256:5555555555555555555555555555555555555555555555555555555555555555
