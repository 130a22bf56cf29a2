using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests;

/// <summary>Data whose column «Features» is missing or of a type that no component takes.</summary>
internal static class InvalidData
{
    public static IDataView[] Features(MLContext ml) =>
    [
        ml.Data.LoadFromEnumerable([new Other()]),
        ml.Data.LoadFromEnumerable([new Scalar()]),
        ml.Data.LoadFromEnumerable([new Doubles()]),
        ml.Data.LoadFromEnumerable([new UnknownSize()]),
        ml.Data.LoadFromEnumerable([new Text()]),
    ];

    private sealed class Other
    {
        [VectorType(3)] public float[] Values { get; set; } = [1, 2, 3];
    }

    private sealed class Scalar
    {
        public float Features { get; set; } = 1;
    }

    private sealed class Doubles
    {
        [VectorType(3)] public double[] Features { get; set; } = [1, 2, 3];
    }

    private sealed class UnknownSize
    {
        [VectorType] public float[] Features { get; set; } = [1, 2, 3];
    }

    private sealed class Text
    {
        public string Features { get; set; } = "";
    }
}
