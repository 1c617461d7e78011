#!/usr/bin/env bash
# Installs the agent that AGENT names: at AGENT_VERSION; without, only when it is missing, at the version that is tested.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

after_install=
case $AGENT in
  claude) package=@anthropic-ai/claude-code after_install=install.cjs ;;
  codex) package=@openai/codex ;;
  copilot) package=@github/copilot ;;
  gemini) package=@google/gemini-cli ;;
  opencode) package=opencode-ai after_install=postinstall.mjs ;;
  *)
    echo "$AGENT must be installed by the workflow."
    exit 0
    ;;
esac

if [ -z "$AGENT_VERSION" ] && command -v "$AGENT" >/dev/null; then
  echo "$AGENT is here: $(command -v "$AGENT")"
  exit 0
fi

node=$root/node_modules/.bin/node
tested=$("$node" -p 'require(process.argv[1])[process.argv[2]]' "$root/test/rig/agent-versions.json" "$package")
place=$RUNNER_TEMP/flotilla-agent-$AGENT
npm install --no-audit --no-fund --no-save --ignore-scripts --prefix "$place" "$package@${AGENT_VERSION:-$tested}"
# Some versions and settings of npm run no install scripts, so we do.
if [ -n "$after_install" ]; then
  (cd "$place/node_modules/$package" && "$node" "$after_install")
fi
"$place/node_modules/.bin/$AGENT" --version
echo "$place/node_modules/.bin" >>"$GITHUB_PATH"
