using GspMl.Factorization;

namespace GspMl.Cli.MatrixMarket;

/// <summary>A matrix in compressed rows, features rising within each row.</summary>
internal sealed record SparseMatrix(int Rows, int Columns, int[] Starts, int[] Features, double[] Values)
{
    public SparseData<double> ToData() => new(Rows, Columns, Starts, Features, Values);
}
