using System.Numerics;
using GspMl.Cli.Nmf;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Benchmarks.Factorization;

/// <summary>A data set with the factors to start from. Files are in the paper's orientation (X = W·H) except for the faces.</summary>
internal sealed record NmfData<T>(string Name, DataMatrix<T> X, StartFactors<T> Start)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Rank => Start.Basis.Columns;

    /// <summary>The CBCL faces, 2429 × 361, with rank 49; null where the files are absent.</summary>
    public static NmfData<T>? Faces()
    {
        if (SharedFolder.Find("data/cbcl.npy") is not { } x || SharedFolder.Find("nmf/cbcl_W0.npy") is not { } w
            || SharedFolder.Find("nmf/cbcl_H0.npy") is not { } h) return null;
        return new("CBCL faces", new DenseData<T>(MatrixInput.ReadMatrix<T>(x)),
            new(MatrixInput.ReadMatrix<T>(w), MatrixInput.ReadMatrix<T>(h).Transpose()));
    }

    /// <summary>One of the paper's synthetic sets and the average sparsity of its true factor; null where the files are absent.</summary>
    public static (NmfData<T> Data, double Sparsity)? Synthetic(int number)
    {
        if (SharedFolder.Find($"nmf/synthetic{number}_X.npy") is not { } x) return null;
        DenseMatrix<T> Read(string part) => MatrixInput.ReadMatrix<T>(x.Replace("_X.npy", $"_{part}.npy", StringComparison.Ordinal));
        var truth = Read("W").Transpose();
        var sparsity = Enumerable.Range(0, truth.Rows).Average(k => GspMl.Projection.HoyerSparsity.Of<T>(truth.Row(k)));
        return (new($"synthetic {number}", new DenseData<T>(MatrixInput.ReadMatrix<T>(x).Transpose()),
            new(Read("W0"), Read("H0").Transpose())), sparsity);
    }
}
