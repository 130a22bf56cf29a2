#!/usr/bin/env bash
# Publishes gspml and the benchmarks for 64-bit Linux, with the runtime of .NET and the ONNX Runtime for NVIDIA GPUs, and packs them in pieces.
#
#   benchmarks/gpu/pack.sh [FOLDER]
#
# The pieces, their checksums and run.sh are then in FOLDER (artifacts/gpu, which git ignores). Needs zstd. Beside the pieces it takes 1 GB; the package of
# ONNX Runtime, another 540 MB, goes to the package cache, or where NUGET_PACKAGES says.
set -euo pipefail

piece_bytes=55000000
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mkdir -p "${1:-$root/artifacts/gpu}" && cd "${1:-$root/artifacts/gpu}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rm -f "$folder"/gspml-gpu.tar.zst.* "$folder/SHA256SUMS"
for project in src/GspMl.Cli benchmarks/GspMl.Benchmarks; do
  # Build outputs of its own: those of the repository stay as they are, with the ONNX Runtime for the CPU.
  dotnet publish "$root/$project" -c Release --nologo -v quiet -r linux-x64 --self-contained -o "$work/gspml-gpu" \
    -p:OnnxRuntime=Microsoft.ML.OnnxRuntime.Gpu.Linux -p:ArtifactsPath="$work/build" -p:DebugType=none
done
rm -rf "$work/gspml-gpu"/*.pdb "$work/gspml-gpu"/*.xml "$work/gspml-gpu/onnx-models"
cp -r "$root/onnx-models" "$work/gspml-gpu/"

tar -C "$work" --sort=name --owner=0 --group=0 -cf - gspml-gpu | zstd -q -9 -T0 | split -b "$piece_bytes" -d -a 1 - "$folder/gspml-gpu.tar.zst."
cp "$here/run.sh" "$folder/"
# A machine without zstd takes this one.
cp "$(readlink -f "$(command -v zstd)")" "$folder/zstd"
(cd "$folder" && sha256sum gspml-gpu.tar.zst.* zstd > SHA256SUMS)

du -sh --apparent-size "$work/gspml-gpu" | cut -f1 | sed 's/$/ published/'
(cd "$folder" && stat -c '%s bytes  %n' gspml-gpu.tar.zst.* zstd)
