#!/usr/bin/env bash
# Makes bubblewrap work, if this machine lets us. --sandbox decides whether a run continues without it.
set -uo pipefail

works() { bwrap --unshare-all --ro-bind / / true 2>/dev/null; }

if ! command -v bwrap >/dev/null; then
  sudo -n apt-get update -qq && sudo -n apt-get install -y -qq --no-install-recommends bubblewrap
fi
works && exit 0
# Ubuntu lets no program make user namespaces. A machine that is thrown away after the job may; anybody's own machine
# stays as its owner set it up.
if [ "${RUNNER_ENVIRONMENT:-}" = github-hosted ]; then
  sudo -n sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0
fi
works || echo '::warning::There is no sandbox here: agents run as this user, and can read what it can read.'
exit 0
