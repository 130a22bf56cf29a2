using System.Numerics;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Factorization;

namespace GspMl.Cli.Parts;

/// <summary>A dense matrix in an NPY file: only the wanted rows are read.</summary>
internal sealed class NpyPart(string path) : PartFile(path)
{
    public override PartShape ReadShape()
    {
        var header = ReadHeader();
        return new(header.Shape[0], header.Shape[1], header.Kind == "f8");
    }

    /// <summary>Blocks that fit into one array each.</summary>
    protected override IReadOnlyList<DataMatrix<T>> ReadRows<T>(long first, long rows)
    {
        var header = ReadHeader();
        var features = header.Shape[1];
        var most = Math.Max(1, Array.MaxLength / features / PartSet.CutRows) * PartSet.CutRows;
        var blocks = new List<DataMatrix<T>>();
        for (var at = first; at < first + rows; at += most)
            blocks.Add(ReadBlock<T>(header, (int)at, (int)Math.Min(most, first + rows - at)));
        return blocks;
    }

    private DenseData<T> ReadBlock<T>(NpyHeader header, int first, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var features = header.Shape[1];
        var values = new T[rows * features];
        using var reader = new NpyRowSource<T>(FilePath, header with { Shape = [rows, features] }, CancellationToken.None, first).Open();
        for (var at = 0; at < rows;) at += reader.Read(values.AsSpan(at * features));
        return new(values, rows, features);
    }

    private NpyHeader ReadHeader()
    {
        using var stream = InputFile.Open(FilePath);
        var header = NpyReader.ReadHeader(FilePath, stream);
        if (header.Shape is not [> 0, > 0])
            throw CommandException.Input($"{FilePath}: shape {NpyArray.Text(header.Shape)}; a matrix with a row and a column is wanted.");
        return header.FortranOrder
            ? throw CommandException.Input($"{FilePath}: is in Fortran order, column after column; parts need C order.") : header;
    }
}
