#!/usr/bin/env bash
# The verbs of the build; .ci/run and people call the same ones.
set -euo pipefail
cd "$(dirname "$0")"
case "${1:-}" in
  restore) dotnet restore ;;
  build)   dotnet build "${@:2}" ;;
  test)    dotnet test "${@:2}" ;;
  e2e)     dotnet test tests/browser/Browser.Tests "${@:2}" ;;
  bench)   dotnet run -c Release --project tests/benchmarks -- "${@:2}" ;;
  tidy)    dotnet test tests/architecture/Architecture.Tests "${@:2}" && dotnet format --verify-no-changes --no-restore ;;
  *)       echo "usage: ./build.sh restore | build | test | e2e | bench NAME | tidy" >&2; exit 2 ;;
esac
