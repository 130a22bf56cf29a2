#!/usr/bin/env bash
# Joins the pieces that pack.sh made, finds CUDA 13 and cuDNN 9, and runs all that the project has to say about a GPU.
#
#   run.sh [FOLDER [RESULTS [DEVICE]]]
#
# FOLDER holds the pieces (the script's own folder); RESULTS gets gpu.md and the output of the commands (FOLDER/results); DEVICE is the GPU's number (0).
# Neither .NET nor a network is needed. The exit code is 1 where something was not as it should be.
set -uo pipefail

folder=$(cd "${1:-$(dirname "$0")}" && pwd)
results=$(mkdir -p "${2:-$folder/results}" && cd "${2:-$folder/results}" && pwd)
device=${3:-0}
failed=0

join_pieces() {
  [ -x "$folder/gspml-gpu/gspml" ] && return 0
  (cd "$folder" && sha256sum --quiet -c SHA256SUMS) || { echo "a piece is missing or damaged" >&2; return 1; }
  local zstd
  zstd=$(command -v zstd) || { zstd=$folder/zstd; chmod +x "$zstd"; }
  cat "$folder"/gspml-gpu.tar.zst.* | "$zstd" -dc | tar -C "$folder" -xf -
}

# CUDA and cuDNN lie in nvidia/*/lib of a Python installation (nvidia/cu13/lib, nvidia/cudnn/lib), or where a system package puts them.
find_library() {
  local name=$1 place
  while IFS= read -r place; do
    [ -e "$place/$name" ] && { echo "$place"; return 0; }
  done < <(python_folders; system_folders)
  find / -xdev -name "$name" -not -path '/proc/*' -printf '%h\n' -quit 2>/dev/null
}

python_folders() {
  local python
  for python in python3 python /usr/bin/python3 /opt/*/bin/python3; do
    command -v "$python" > /dev/null || continue
    "$python" - <<'PYTHON' 2>/dev/null
import glob, os, site, sys
roots = dict.fromkeys([*sys.path, *site.getsitepackages(), site.getusersitepackages()])
for root in roots:
    for folder in sorted(glob.glob(os.path.join(root, "nvidia", "*", "lib"))):
        print(folder)
PYTHON
  done
}

system_folders() {
  local folder
  for folder in /usr/local/cuda-13*/lib64 /usr/local/cuda/lib64 /usr/local/cuda/targets/x86_64-linux/lib /usr/lib/x86_64-linux-gnu /usr/local/nvidia/lib64 /usr/lib64; do
    [ -d "$folder" ] && echo "$folder"
  done
}

set_library_path() {
  local name place path=""
  for name in libcublasLt.so.13 libcublas.so.13 libcudart.so.13 libcurand.so.10 libcudnn.so.9 libcufft.so.12 libnvrtc.so.13; do
    place=$(find_library "$name")
    echo "$name: ${place:-not found}"
    [ -n "$place" ] && case ":$path:" in *":$place:"*) ;; *) path=${path:+$path:}$place ;; esac
  done
  export LD_LIBRARY_PATH=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

# Runs gspml and tells whether it ended with the wanted code.
command_ends_with() {
  local wanted=$1 name=$2 code
  shift 2
  "$folder/gspml-gpu/gspml" "$@" > "$results/$name.out" 2> "$results/$name.err"
  code=$?
  echo "gspml $name: exit code $code, wanted $wanted"
  cat "$results/$name.out" "$results/$name.err"
  [ "$code" = "$wanted" ] || failed=1
}

join_pieces || exit 1
set_library_path > "$results/libraries.txt"
cat "$results/libraries.txt"
nvidia-smi > "$results/nvidia-smi.txt" 2>&1
nvidia-smi --query-gpu=index,name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo "nvidia-smi does not run"

models=$folder/gspml-gpu/onnx-models
rows=(--inputs "$models/digits-test-inputs.npy.gz")
command_ends_with 0 eval-cuda eval "$models/lenet5.onnx" --baseline "$models/lenet5.onnx" "${rows[@]}" --labels "$models/digits-test-labels.npy.gz" --provider cuda --device "$device"
command_ends_with 0 eval-auto eval "$models/vit_tiny.onnx" "${rows[@]}" --provider auto
command_ends_with 2 eval-no-such-device eval "$models/lenet300.onnx" "${rows[@]}" --provider cuda --device 99

"$folder/gspml-gpu/GspMl.Benchmarks" gpu ${GPU_CHECK_ARGUMENTS:-cuda "$device"} 2>&1 | tee "$results/gpu.md"
[ "${PIPESTATUS[0]}" = 0 ] || failed=1
exit $failed
