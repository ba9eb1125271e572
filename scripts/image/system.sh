#!/bin/sh
# What the image has of Debian's, its user 1000 and the folder of all that is kept. As root, where Node is.
set -eu
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates tini
rm -rf /var/lib/apt/lists/*
# Node's own image has one, `node`.
getent passwd 1000 >/dev/null || useradd --uid 1000 --user-group --no-create-home --home-dir /data bridge
install -d -o 1000 -g 1000 -m 700 /data
