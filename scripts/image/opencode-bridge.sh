#!/bin/sh
# `opencode-bridge` in the image: the daemon, its health check and what one runs beside them have the same settings by it.
set -eu
export OPENCODE_BRIDGE_PORT="${OPENCODE_BRIDGE_PORT:-${PORT:-7860}}"

# Docker's and Kubernetes' secrets are files: NAME_FILE says where the value of NAME is. OPENCODE_BRIDGE_API_KEY_FILE is a
# setting, of as many keys as the file has lines.
secret='OPENCODE_BRIDGE_DATABASE|OPENCODE_BRIDGE_SERVER_PASSWORD|OPENCODE_BRIDGE_JWT_SECRET|OPENCODE_BRIDGE_WEB_SEARCH_KEY|[A-Z0-9_]*_API_KEY'
for name in $(env | sed -nE "s/^($secret)_FILE=.*/\1/p"); do
  [ "$name" != OPENCODE_BRIDGE_API_KEY ] || continue
  eval "value=\${$name:-} file=\$${name}_FILE"
  if [ -n "$value" ]; then
    echo "opencode-bridge: $name and ${name}_FILE are both set; unset one of them" >&2
    exit 2
  fi
  value=$(cat "$file")
  export "$name=$value"
  unset "${name}_FILE"
done
exec node /app/bin/opencode-bridge.js "$@"
