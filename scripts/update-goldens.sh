#!/usr/bin/env bash
# Writes every golden file anew: generated documentation, topology descriptions, expected outputs. Review the diff as behaviour.
#
#   scripts/update-goldens.sh            all modules
#   scripts/update-goldens.sh app        some modules
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=()
if [ $# -gt 0 ]; then
  modules=(-pl "$(IFS=,; echo "$*")" -am)
fi
mvn -q -B "${modules[@]}" -Dspotless.check.skip -Dweir.golden.update=true test
git status --short
