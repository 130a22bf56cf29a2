using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Core.Tests.Factorization.Fitting;

/// <summary>
/// The paper's experiments on shorter runs, with bounds that the whole runs keep by far. The data are research data, looked for in a folder
/// <c>shared</c> beside the repository or where GSPML_DATA says.
/// </summary>
public partial class PaperTests
{
    [Theory]
    [InlineData(NmfAlgorithm.AHals, 0.15)]
    [InlineData(NmfAlgorithm.NeNmf, 0.15)]
    [InlineData(NmfAlgorithm.Psnmf, 0.02)]
    [InlineData(NmfAlgorithm.L1AHals, 0.02)]
    [InlineData(NmfAlgorithm.CPsnmf, 2.5)]
    public void Synthetic_data_is_recovered(NmfAlgorithm algorithm, double percent) =>
        Assert.InRange(Enumerable.Range(1, 5).Average(i => 100 * Synthetic(i, algorithm, 300).RelativeError), 0, percent);

    [Fact]
    public void With_the_right_sparsity_the_error_falls_far_below_that_of_plain_factorisation()
    {
        double Mean(NmfAlgorithm algorithm) => Enumerable.Range(1, 5).Average(i => Synthetic(i, algorithm, 300).RelativeError);
        Assert.True(Mean(NmfAlgorithm.Psnmf) < Mean(NmfAlgorithm.AHals) / 10);
        Assert.True(Mean(NmfAlgorithm.AHals) < Mean(NmfAlgorithm.CPsnmf) / 10);
    }

    /// <summary>A small error at the wrong sparsity would prove nothing: the true factor itself must be found, zeros and all.</summary>
    [Theory]
    [InlineData(NmfAlgorithm.Psnmf)]
    [InlineData(NmfAlgorithm.L1AHals)]
    public void The_true_factor_and_its_support_are_found(NmfAlgorithm algorithm)
    {
        for (var number = 1; number <= 5; number++)
        {
            var (truth, result) = (Read<double>($"nmf/synthetic{number}_W.npy").Transpose(), Synthetic(number, algorithm, 300));
            Assert.Equal(Enumerable.Range(0, truth.Rows).Average(k => HoyerSparsity.Of<double>(truth.Row(k))), result.BasisSparsity, 1e-4);
            var found = result.Basis.Transpose();
            for (var k = 0; k < truth.Rows; k++)
            {
                var column = truth.Row(k).ToArray();
                var match = Enumerable.Range(0, found.Rows).Select(j => found.Row(j).ToArray())
                    .MaxBy(other => TensorPrimitives.CosineSimilarity<double>(column, other))!;
                Assert.InRange(TensorPrimitives.CosineSimilarity<double>(column, match), 0.999, 1 + 1e-9);
                var (small, smallFound) = (0.01 * column.Max(), 0.01 * match.Max());
                Assert.InRange(Enumerable.Range(0, column.Length)
                    .Count(j => column[j] > small == match[j] > smallFound), 0.95 * column.Length, column.Length);
            }
        }
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals, null, 8.7)]
    [InlineData(NmfAlgorithm.Psnmf, 0.85, 10.6)]
    [InlineData(NmfAlgorithm.L1AHals, 0.85, 10.8)]
    public void Faces_are_fitted_in_sixty_iterations_to(NmfAlgorithm algorithm, double? sparsity, double percent)
    {
        var result = NonnegativeFactorization.Fit(
            new DenseData<float>(Read<float>("data/cbcl.npy")),
            new() { Rank = 49, Algorithm = algorithm, BasisSparsity = sparsity, MaxIterations = 60, Tolerance = 0, Extrapolate = false },
            new(Read<float>("nmf/cbcl_W0.npy"), Read<float>("nmf/cbcl_H0.npy").Transpose()));
        Assert.InRange(100 * result.RelativeError, 0, percent);
        if (sparsity is { } s) Assert.Equal(s, result.BasisSparsity, 1e-4);
    }

    private static NmfResult<double> Synthetic(int number, NmfAlgorithm algorithm, int iterations)
    {
        var truth = Read<double>($"nmf/synthetic{number}_W.npy").Transpose();
        var sparsity = Enumerable.Range(0, truth.Rows).Average(k => HoyerSparsity.Of<double>(truth.Row(k)));
        return NonnegativeFactorization.Fit(
            new DenseData<double>(Read<double>($"nmf/synthetic{number}_X.npy").Transpose()),
            new()
            {
                Rank = 10,
                Algorithm = algorithm,
                BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : sparsity,
                MaxIterations = iterations,
                Tolerance = 0,
                Extrapolate = false
            },
            new(Read<double>($"nmf/synthetic{number}_W0.npy"), Read<double>($"nmf/synthetic{number}_H0.npy").Transpose()));
    }

    private static DenseMatrix<T> Read<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var path = Find(name);
        Assert.SkipWhen(path is null, $"the research data are absent: no shared/{name} beside the repository, and no GSPML_DATA");
        var bytes = File.ReadAllBytes(path);
        var start = 10 + BitConverter.ToUInt16(bytes, 8);
        var header = System.Text.Encoding.ASCII.GetString(bytes, 10, start - 10);
        var shape = Shape().Match(header);
        int rows = int.Parse(shape.Groups[1].Value), columns = int.Parse(shape.Groups[2].Value);
        var (wide, byColumns) = (header.Contains("<f8"), header.Contains("'fortran_order': True"));
        var matrix = new DenseMatrix<T>(rows, columns);
        for (var i = 0; i < matrix.Values.Length; i++)
        {
            var at = byColumns ? i % columns * rows + i / columns : i;
            matrix.Values[i] = T.CreateTruncating(wide ? BitConverter.ToDouble(bytes, start + 8 * at) : BitConverter.ToSingle(
                bytes, start + 4 * at));
        }
        return matrix;
    }

    private static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("GSPML_DATA") is { } folder && Path.Combine(folder, name) is var named && File.Exists(named))
            return named;
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            if (Path.Combine(parent.FullName, "shared", name) is var path && File.Exists(path)) return path;
        }
        return null;
    }

    [GeneratedRegex(@"\((\d+), (\d+)\)")]
    private static partial Regex Shape();
}
