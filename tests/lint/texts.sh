#!/bin/bash
# The two catalogues of the pages: the same keys, none missing or unused, each in its own typography.
set -euo pipefail
cd "$(dirname "$0")"
said=$(node --test texts.test.mjs 2>&1) || { echo "$said"; exit 1; }
