// Mixes sparse parts, hides them in a matrix of samples, and finds them again: projection and factorisation without any framework.
//
//   dotnet run --project samples/SparseParts

using GspMl.Factorization;
using GspMl.Projection;

const int samples = 400;
const int features = 120;
const int parts = 6;
var random = new Random(1);
float[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];

// Six dense columns become six sparse ones, 0.7 on average; how sparse each becomes, the projection decides.
var basis = Noise(features * parts);
var projected = GroupedSparseProjection.Project<float>(basis, VectorLayout.Columns(parts, features), sparsity: 0.7);
Console.WriteLine($"sparsity {projected.Sparsity:F4} at the multiplier {projected.Multiplier:G4}, {projected.Zeros:P0} zeros");

// Each sample is a mixture of them.
var mixtures = Noise(samples * parts);
var rows = new float[samples * features];
for (var i = 0; i < samples; i++)
    for (var k = 0; k < parts; k++)
        for (var j = 0; j < features; j++) rows[i * features + j] += mixtures[i * parts + k] * basis[j * parts + k];

var options = new NmfOptions { Rank = parts, BasisSparsity = 0.7 };
var found = NonnegativeFactorization.Fit(new DenseData<float>(rows, samples, features), options);
Console.WriteLine($"relative error {found.RelativeError:P3} after {found.Iterations} iterations, sparsity {found.BasisSparsity:F4}");

var encoder = new NonnegativeEncoder<float>(found.Basis);
var coefficients = new float[parts];
encoder.Encode(rows.AsSpan(0, features), coefficients);   // a row, old or new, in microseconds
Console.WriteLine($"the first row is {string.Join(" + ", coefficients.Select((share, part) => $"{share:F2}·part {part + 1}"))}");
