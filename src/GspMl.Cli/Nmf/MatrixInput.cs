using System.CommandLine;
using System.Numerics;
using GspMl.Cli.MatrixMarket;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Cli.Shell;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Cli.Nmf;

/// <summary>Matrices from the files that the command line takes.</summary>
internal static class MatrixInput
{
    /// <summary>The option <c>--batch</c> of the commands that read samples.</summary>
    public static Option<int?> BatchOption() =>
        new("--batch")
        {
            Description = "Read X this many rows at a time, again in each pass: for an .npy larger than memory. Same result, "
            + "to rounding.",
            HelpName = "ROWS"
        };

    /// <summary>The same of several files, or of those in folders: their rows follow one another.</summary>
    public static object ReadSamples(IReadOnlyList<string> paths, int? batch, CancellationToken cancel)
    {
        if (paths is [var path] && !Directory.Exists(path) && !path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            return ReadSamples(path, batch, cancel);
        if (batch is not null) throw CommandException.Usage("--batch is for one .npy file.");
        var set = PartSet.Of(paths);
        return set.IsDouble ? PartReader.Read<double>(set) : PartReader.Read<float>(set);
    }

    /// <summary>Samples in rows: a <see cref="DataMatrix{T}"/> of doubles for a float64 or a Matrix Market file, else of floats.</summary>
    /// <param name="path">The file.</param>
    /// <param name="batch">Rows to hold at a time; null: the whole matrix is read into memory.</param>
    /// <param name="cancel">Looked at between parts of a file that is read in batches.</param>
    public static object ReadSamples(string path, int? batch, CancellationToken cancel)
    {
        if (batch is { } rows) return ReadInBatches(path, rows, cancel);
        if (IsMatrixMarket(path)) return Checked(path, () => MatrixMarketReader.Read(path).ToData());
        var array = ReadDense(path);
        return array.Values is double[]? ToData<double>(array) : ToData<float>(array);
    }

    private static object ReadInBatches(string path, int rows, CancellationToken cancel)
    {
        if (rows < 1) throw CommandException.Usage($"--batch is {rows}; it is at least 1.");
        if (IsMatrixMarket(path)) throw CommandException.Usage($"--batch is for .npy files; {path} is sparse and is read whole.");
        using var stream = InputFile.Open(path);
        var header = NpyReader.ReadHeader(path, stream);
        if (header.Shape is not [> 0, > 0]) throw WrongShape(path, NpyArray.Text(header.Shape));
        if (header.FortranOrder) throw CommandException.Input($"{path}: is in Fortran order, column after column; --batch needs C order.");
        if ((long)rows * header.Shape[1] > Array.MaxLength)
            throw CommandException.Usage($"--batch {rows}: rows of {header.Shape[1]} values need smaller batches.");
        return header.Kind == "f8" ? Streamed<double>(path, header, rows, cancel) : Streamed<float>(path, header, rows, cancel);
    }

    private static StreamedData<T> Streamed<T>(string path, NpyHeader header, int rows, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Checked(path, () => new StreamedData<T>(new NpyRowSource<T>(path, header, cancel), Math.Min(rows, header.Shape[0])));

    private static bool IsMatrixMarket(string path) =>
        path.EndsWith(".mtx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".mtx.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>An NPY file as it is; whole numbers become float32.</summary>
    private static NpyArray ReadDense(string path)
    {
        var array = NpyReader.Read(path);
        return array.Shape is [> 0, > 0] ? array : throw WrongShape(path, array.ShapeText);
    }

    private static CommandException WrongShape(string path, string shape)
        => CommandException.Input($"{path}: shape {shape}; a matrix with a row and a column is wanted.");

    public static DenseMatrix<T> ReadMatrix<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var array = ReadDense(path);
        return new(array.Shape[0], array.Shape[1], array.As<T>());
    }

    private static DenseData<T> ToData<T>(NpyArray array)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Checked(array.Path, () => new DenseData<T>(array.As<T>(), array.Shape[0], array.Shape[1]));

    /// <summary>Says which file a complaint about values is about.</summary>
    public static TResult Checked<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw CommandException.Input($"{path}: {CommandException.Text(e)}");
        }
    }
}
