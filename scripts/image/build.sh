#!/bin/sh
# Builds the program where its sources are, leaves what it needs to run, and puts it and its opencode on the PATH. As root.
# No package's install script is run: opencode is the executable of the package that npm has for this system.
set -eu
cd "$(dirname "$0")/../.."
npm_config_cache=$(mktemp -d) && export npm_config_cache
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
node scripts/build.js
npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
opencode=$PWD/node_modules/opencode-linux-$(node -p process.arch)
# The other builds of opencode are for other systems than this one; each is 180 MB.
rm -rf "$npm_config_cache" "$opencode"-* src test .ci
ln -sf "$opencode/bin/opencode" /usr/local/bin/opencode
install -m 755 scripts/image/opencode-bridge.sh /usr/local/bin/opencode-bridge
opencode-bridge --version
