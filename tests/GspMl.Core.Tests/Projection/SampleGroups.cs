using System.Numerics;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection;

/// <summary>Groups of vectors with fixed seeds, in every shape the engine tells apart.</summary>
internal static class SampleGroups
{
    public static T[] Gaussian<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var values = new T[count];
        for (var i = 0; i < count; i++)
            values[i] = T.CreateTruncating(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    public static T[] Positive<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            [.. Gaussian<T>(count, seed).Select(v => T.Abs(v) + T.CreateTruncating(0.1))];

    public static T[] Quantised<T>(int count, int seed, double step = 1.0 / 16)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Gaussian<T>(count, seed).Select(v => T.CreateTruncating(Math.Round(double.CreateTruncating(v) / step) * step))];

    /// <summary>Blocks of a group: values, layout and weights (none, shared or own).</summary>
    public static (T[] Values, VectorLayout Layout, T[] Weights)[] Shaped<T>(string shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] None() => [];
        return shape switch
        {
            "rows" => [(Gaussian<T>(150 * 257, 1), VectorLayout.Rows(150, 257), None())],
            "columns" => [(Gaussian<T>(150 * 257, 2), VectorLayout.Columns(150, 257), None())],
            "wide columns" => [(Gaussian<T>(1100 * 31, 3), VectorLayout.Columns(1100, 31), None())],
            "few columns" => [(Gaussian<T>(5 * 8000, 4), VectorLayout.Columns(5, 8000), None())],
            "strided both ways" => [(Gaussian<T>(200 * 700, 5), new(200, 233, 700, 3), None())],
            "spaced columns" => [(Gaussian<T>(150 * 400, 6), new(300, 150, 1, 400), None())],
            "long" => [(Gaussian<T>(70001, 7), VectorLayout.Rows(1, 70001), None())],
            "short" => [(Gaussian<T>(12000 * 3, 8), VectorLayout.Rows(12000, 3), None())],
            "quantised" => [(Quantised<T>(150 * 257, 9), VectorLayout.Rows(150, 257), None())],
            "quantised columns" => [(Quantised<T>(150 * 257, 9, 0.25), VectorLayout.Columns(150, 257), None())],
            "shared weights" => [(Gaussian<T>(150 * 257, 10), VectorLayout.Rows(150, 257), Positive<T>(257, 11))],
            "own weights" => [(Gaussian<T>(150 * 257, 12), VectorLayout.Rows(150, 257), Positive<T>(150 * 257, 13))],
            "columns, shared weights" => [(Gaussian<T>(150 * 257, 14), VectorLayout.Columns(150, 257), Positive<T>(257, 15))],
            "columns, own weights" => [(Gaussian<T>(150 * 257, 16), VectorLayout.Columns(150, 257), Positive<T>(150 * 257, 17))],
            "long, own weights" => [(Gaussian<T>(70001, 18), VectorLayout.Rows(1, 70001), Positive<T>(70001, 19))],
            "zero weights" =>
            [(Gaussian<T>(150 * 257, 20), VectorLayout.Rows(150, 257),
            [.. Positive<T>(257, 21).Select((w, j) => j % 7 == 0 ? T.Zero : w)])],
            "ragged" =>
            [
                (Gaussian<T>(100 * 200, 22), VectorLayout.Rows(100, 200), None()),
                ([.. Gaussian<T>(90 * 131, 23).Select(v => v * T.CreateTruncating(1e-3))], VectorLayout.Columns(90, 131), None()),
                (Gaussian<T>(66000, 24), VectorLayout.Rows(1, 66000), Positive<T>(66000, 25)),
                (Gaussian<T>(7, 26), VectorLayout.Rows(7, 1), None()),
                (new T[30], VectorLayout.Rows(3, 10), None()),
                (Gaussian<T>(500 * 9, 27), VectorLayout.Rows(500, 9), Positive<T>(9, 28)),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, null),
        };
    }

    public static string[] Shapes { get; } =
    [
        "rows", "columns", "wide columns", "few columns", "strided both ways", "spaced columns", "long", "short", "quantised",
        "quantised columns",
        "shared weights", "own weights", "columns, shared weights", "columns, own weights", "long, own weights", "zero weights", "ragged",
    ];
}
