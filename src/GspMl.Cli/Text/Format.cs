using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Text;

/// <summary>How numbers look in the tables of every command.</summary>
internal static class Format
{
    public static string Percent(double fraction) => $"{Rounded(100 * fraction, 1):F1} %";

    public static string Percent(double? fraction) => fraction is { } f ? Percent(f) : "–";

    public static string Percent(Interval? interval)
        => interval is { } i ? $"{Rounded(100 * i.Low, 1):F1} to {Rounded(100 * i.High, 1):F1} %" : "–";

    // Nothing is less than nothing: −0 + 0 is 0.
    private static double Rounded(double value, int digits) => Math.Round(value, digits) + 0.0;

    public static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count:N0} {thing}s";

    public static string Sparsity(double hoyer) => double.IsNaN(hoyer) ? "–" : $"{Rounded(hoyer, 3):F3}";

    public static string Bytes(long bytes)
        => bytes < 10_000 ? $"{bytes} B" : bytes < 10_000_000 ? $"{bytes / 1e3:N0} kB" : $"{bytes / 1e6:N1} MB";

    public static string Bytes(long? bytes) => bytes is { } b ? Bytes(b) : "–";

    /// <summary>A file's size, and its compressed one where that was measured.</summary>
    public static string Size(long bytes, long? gzipped) => gzipped is null ? Bytes(bytes) : $"{Bytes(bytes)}, gzipped {Bytes(gzipped)}";

    public static string Milliseconds(double? value) => value is { } v ? $"{v:F3} ms" : "–";

    /// <summary>A time that need not be exact: 40 s, 7 min, 2.5 h.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds < 90 ? $"{Math.Max(1, time.TotalSeconds):F0} s"
        : time.TotalMinutes < 90 ? $"{time.TotalMinutes:F0} min" : $"{time.TotalHours:F1} h";

    public static string Shape(IEnumerable<long> shape) => string.Join('×', shape);

    /// <summary>A plain table that reads well in a log: no colour, no box.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(columns[i].TrimStart('<')).NoWrap();
            table.AddColumn(columns[i].StartsWith('<') ? column.LeftAligned() : column.RightAligned());
        }
        return table;
    }

    /// <summary>
    /// Adds a row of plain text: markup in names (square brackets) is not interpreted, nothing is obeyed, and what is long loses its
    /// middle.
    /// The last cell, which tells reasons, may be longer.
    /// </summary>
    public static void Row(this Table table, params string[] cells) => table.AddRow(cells.Select((cell, i)
        => new Spectre.Console.Text(Printable.Short(cell, i == cells.Length - 1 ? Printable.MostInLine : Printable.MostInCell))));
}
