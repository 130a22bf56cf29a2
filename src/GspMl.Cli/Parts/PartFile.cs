using System.Numerics;
using GspMl.Cli.Shell;
using GspMl.Factorization;

namespace GspMl.Cli.Parts;

/// <summary>A file whose rows can be read in ranges.</summary>
internal abstract class PartFile(string path)
{
    private static readonly Dictionary<string, Func<string, PartFile>> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npy"] = path => new NpyPart(path),
        [".mtx"] = path => new MatrixMarketPart(path),
        [".mtx.gz"] = path => new MatrixMarketPart(path),
        [".parquet"] = path => new ParquetPart(path),
    };

    protected string FilePath => path;

    /// <summary>Whether a file's name ends as one of those that are read.</summary>
    public static bool IsKnown(string path) => Ending(path) is not null;

    /// <exception cref="CommandException">The name ends in none of the endings.</exception>
    public static PartFile Of(string path) => Ending(path) is { } ending
        ? Kinds[ending](path)
        : throw CommandException.Input($"{path}: a part ends in {string.Join(", ", Kinds.Keys)}.");

    /// <summary>Reads the head.</summary>
    /// <exception cref="CommandException">The file is not what its name says; the message names it.</exception>
    public abstract PartShape ReadShape();

    /// <summary>Reads some of the rows.</summary>
    /// <exception cref="CommandException">The file is damaged, or a value is negative, NaN or infinite.</exception>
    public IEnumerable<DataMatrix<T>> Read<T>(long first, long rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return ReadRows<T>(first, rows);
        }
        catch (ArgumentException e)
        {
            throw CommandException.Input($"{path}, counted from row {first}: {CommandException.Text(e)}");
        }
    }

    protected abstract IReadOnlyList<DataMatrix<T>> ReadRows<T>(long first, long rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private static string? Ending(string path) =>
        Kinds.Keys.FirstOrDefault(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
