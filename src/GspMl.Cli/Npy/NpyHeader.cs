using System.Globalization;
using System.Text.RegularExpressions;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Npy;

/// <summary>The dictionary at the head of an NPY file (NumPy's format description, versions 1.0 to 3.0).</summary>
/// <param name="Kind">Type letter and byte size, e.g. f4.</param>
/// <param name="BigEndian">Whether the elements must be byte-swapped.</param>
/// <param name="FortranOrder">Whether the first axis varies fastest.</param>
/// <param name="Shape">Extent of each axis.</param>
internal sealed partial record NpyHeader(string Kind, bool BigEndian, bool FortranOrder, IReadOnlyList<int> Shape)
{
    /// <summary>Parses the dictionary's text.</summary>
    /// <exception cref="CommandException">A key is missing or its value is not supported; the message names <paramref
    /// name="path"/>.</exception>
    public static NpyHeader Parse(string path, string text)
    {
        var type = Descr().Match(text);
        var order = Order().Match(text);
        var shape = ShapeTuple().Match(text);
        if (!type.Success || !order.Success || !shape.Success)
            throw CommandException.Input($"{path}: the NPY header is not understood: {text.Trim()}");
        return new(
            type.Groups["kind"].Value,
            type.Groups["order"].Value == ">",
            order.Groups[1].Value == "True",
            ParseShape(path, shape.Groups[1].Value));
    }

    /// <summary>The size of an element, as its kind tells.</summary>
    public int ElementBytes => int.Parse(Kind.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>The number of elements.</summary>
    /// <exception cref="CommandException">There are more than one array can hold.</exception>
    public int Count(string path)
    {
        var count = Shape.Aggregate(1L, (product, extent) => Math.Min(product * extent, long.MaxValue / int.MaxValue));
        return count <= Array.MaxLength ? (int)count : throw CommandException.Input($"{path}: more than {Array.MaxLength} elements.");
    }

    private static int[] ParseShape(string path, string tuple) =>
        [.. tuple.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(extent =>
            int.TryParse(extent.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw CommandException.Input($"{path}: '{extent}' is no extent of an NPY shape."))];

    [GeneratedRegex(@"'descr'\s*:\s*'(?<order>[<>|=])(?<kind>[a-zA-Z]\d+|O)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapeTuple();
}
