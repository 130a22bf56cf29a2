using System.Numerics;
using GspMl.Cli.MatrixMarket;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Cli.Nmf;

/// <summary>Matrices from the files that the command line takes.</summary>
internal static class MatrixInput
{
    public static bool IsMatrixMarket(string path) =>
        path.EndsWith(".mtx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".mtx.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>An NPY file as it is; whole numbers become float32.</summary>
    public static NpyArray ReadDense(string path)
    {
        var array = NpyReader.Read(path);
        if (array.Shape.Count != 2) throw CommandException.Input($"{path}: shape {array.ShapeText}; a matrix is wanted, a sample in each row.");
        return array;
    }

    public static DenseMatrix<T> ReadMatrix<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var array = ReadDense(path);
        return new(array.Shape[0], array.Shape[1], array.As<T>());
    }

    public static DataMatrix<T> ToData<T>(NpyArray array)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Checked<DataMatrix<T>>(array.Path, () => new DenseData<T>(array.As<T>(), array.Shape[0], array.Shape[1]));

    public static DataMatrix<double> ReadSparse(string path) => Checked<DataMatrix<double>>(path, () => MatrixMarketReader.Read(path).ToData());

    /// <summary>Says which file a complaint about values is about.</summary>
    public static TResult Checked<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw CommandException.Input($"{path}: {e.Message}");
        }
    }
}
