using System.Globalization;
using GspMl.Cli.Shell;

namespace GspMl.Cli.MatrixMarket;

/// <summary>
/// Reads Matrix Market files (Boisvert, Pozo and Remington, NISTIR 5935, 1996), gzipped ones too: coordinate and array formats, real,
/// integer and pattern fields, general and symmetric. Entries that are given twice are added.
/// </summary>
internal static class MatrixMarketReader
{
    /// <exception cref="CommandException">The file is missing or is not such a file; the message names the line.</exception>
    public static SparseMatrix Read(string path) => Read(path, parser => parser.Parse());

    /// <summary>The rows and columns, from the head of the file.</summary>
    /// <exception cref="CommandException">The file is missing or is not such a file; the message names the line.</exception>
    public static (int Rows, int Columns) ReadSize(string path) => Read(path, parser => parser.ParseSize());

    private static TResult Read<TResult>(string path, Func<Parser, TResult> parse)
    {
        using var stream = InputFile.Open(path);
        using var reader = new StreamReader(stream);
        try
        {
            return parse(new Parser(path, reader));
        }
        catch (InvalidDataException e)
        {
            throw CommandException.Input($"{path}: {e.Message}");
        }
    }

    private sealed class Parser(string path, TextReader reader)
    {
        private readonly List<(int Row, int Column, double Value)> entries = [];
        private int line;
        private int rows;
        private int columns;

        public SparseMatrix Parse()
        {
            var (coordinates, pattern, symmetric) = ReadBanner();
            if (coordinates) ReadCoordinates(pattern, symmetric);
            else ReadArray(symmetric);
            if (NextLine() is { } more) throw Error($"'{more.Trim()}' stands after the last entry");
            return Compress();
        }

        public (int Rows, int Columns) ParseSize()
        {
            var (coordinates, _, symmetric) = ReadBanner();
            SetSize(Numbers(coordinates ? 3 : 2), symmetric);
            return (rows, columns);
        }

        private (bool Coordinates, bool Pattern, bool Symmetric) ReadBanner()
        {
            var banner = (reader.ReadLine() ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            line = 1;
            if (banner is not ["%%matrixmarket", "matrix", "coordinate" or "array", "real" or "integer" or "double" or "pattern",
                "general" or "symmetric"])
                throw Error("wanted '%%MatrixMarket matrix coordinate|array real|integer|pattern general|symmetric'");
            return (banner[2] == "coordinate", banner[3] == "pattern", banner[4] == "symmetric");
        }

        private void ReadCoordinates(bool pattern, bool symmetric)
        {
            var size = Numbers(3);
            SetSize(size, symmetric);
            var count = Index(size[2], int.MaxValue, least: 0);
            for (var i = 0; i < count; i++)
            {
                var entry = Numbers(pattern ? 2 : 3);
                var (row, column) = (Index(entry[0], rows) - 1, Index(entry[1], columns) - 1);
                Add(row, column, pattern ? 1 : entry[2], symmetric);
            }
        }

        private void ReadArray(bool symmetric)
        {
            SetSize(Numbers(2), symmetric);
            for (var column = 0; column < columns; column++)
                for (var row = symmetric ? column : 0; row < rows; row++) Add(row, column, Numbers(1)[0], symmetric);
        }

        private void SetSize(double[] size, bool symmetric)
        {
            (rows, columns) = (Index(size[0], Array.MaxLength - 1), Index(size[1], int.MaxValue));
            if (symmetric && rows != columns) throw Error($"a symmetric matrix is square; this is {rows} × {columns}");
        }

        private void Add(int row, int column, double value, bool symmetric)
        {
            entries.Add((row, column, value));
            if (symmetric && row != column) entries.Add((column, row, value));
        }

        private SparseMatrix Compress()
        {
            entries.Sort((a, b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Column.CompareTo(b.Column));
            var starts = new int[rows + 1];
            List<int> features = [];
            List<double> values = [];
            var last = (Row: -1, Column: -1);
            foreach (var (row, column, value) in entries)
            {
                if ((row, column) == last)
                {
                    values[^1] += value;
                    continue;
                }
                features.Add(column);
                values.Add(value);
                starts[row + 1]++;
                last = (row, column);
            }
            for (var i = 0; i < rows; i++) starts[i + 1] += starts[i];
            return new(rows, columns, starts, [.. features], [.. values]);
        }

        /// <summary>The numbers of the next line that is neither empty nor a comment.</summary>
        private double[] Numbers(int count)
        {
            var words = (NextLine() ?? throw Error("the file ends before its matrix does"))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var numbers = new double[count];
            if (words.Length != count) throw Error($"{words.Length} numbers where {count} are wanted");
            for (var i = 0; i < count; i++)
            {
                if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture,
                    out numbers[i])) throw Error($"'{words[i]}' is not a number");
            }
            return numbers;
        }

        /// <summary>The next line that is neither empty nor a comment; null at the end.</summary>
        private string? NextLine()
        {
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (!string.IsNullOrWhiteSpace(text) && text[0] != '%') return text;
            }
            return null;
        }

        private int Index(double value, int most, int least = 1) =>
            value >= least && value <= most && value == Math.Floor(value)
                ? (int)value : throw Error($"{value} is not a whole number between {least} and {most}");

        private CommandException Error(string message) => CommandException.Input($"{path}: line {line}: {message}.");
    }
}
