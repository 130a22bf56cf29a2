// Finds the parts that handwritten digits are made of: sparse non-negative matrix factorisation, without any framework.
//
//   dotnet run samples/single-file/parts.cs

#:project ../../src/GspMl.Core/GspMl.Core.csproj

using System.IO.Compression;
using System.Runtime.InteropServices;
using GspMl.Factorization;

const int side = 28;
const string shades = " .:*#";
var digits = Digits("onnx-models/digits-calibration-inputs.npy.gz");

var options = new NmfOptions { Rank = 9, BasisSparsity = 0.8, MaxIterations = 100 };
var found = NonnegativeFactorization.Fit(new DenseData<float>(digits, digits.Length / (side * side), side * side), options);

Console.WriteLine($"relative error {found.RelativeError:P1}, sparsity of the parts {found.BasisSparsity:F3}");
var parts = Enumerable.Range(0, options.Rank)
    .Select(part => Enumerable.Range(0, side * side).Select(pixel => found.Basis[pixel, part]).ToArray());
foreach (var row in parts.Chunk(3))
    for (var y = 0; y < side; y += 2) Console.WriteLine(string.Concat(row.Select(part => Line(part, y))).TrimEnd());

static string Line(float[] part, int y) => string.Concat(part.Skip(y * side).Take(side)
    .Select(value => shades[(int)((shades.Length - 1) * value / part.Max())]));

// An array of NumPy: after ten bytes and a header's text come the values, row by row.
static float[] Digits(string path)
{
    using var bytes = new MemoryStream();
    using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) gzip.CopyTo(bytes);
    var array = bytes.ToArray();
    return MemoryMarshal.Cast<byte, float>(array.AsSpan(10 + BitConverter.ToUInt16(array, 8))).ToArray();
}
