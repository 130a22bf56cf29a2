using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Sessions;

/// <summary>y = k·(x·W + s[0] + s[1]), with W the unit matrix: rows x [n,4], a state s [2,n,4] and a number k without axes.</summary>
internal static class StateModel
{
    public const int Width = 4;

    /// <param name="batch">The batch axis: its name, or a fixed extent.</param>
    /// <param name="stateBatch">The state's; the same where it is not given.</param>
    public static GraphBuilder Graph(object batch, object? stateBatch = null)
    {
        var unit = Enumerable.Range(0, Width * Width).Select(i => i % (Width + 1) == 0 ? 1f : 0).ToArray();
        return new GraphBuilder().Input("x", batch, Width).Input("s", 2, stateBatch ?? batch, Width).Input("k")
            .Output("y", batch, Width)
            .Initializer(GraphBuilder.Floats("w", unit, Width, Width)).Initializer(GraphBuilder.Integers("axis", 0))
            .Node("ReduceSum", ["s", "axis"], ["r"], GraphBuilder.Attribute("keepdims", 0))
            .Node("MatMul", ["x", "w"], ["h"]).Node("Add", ["h", "r"], ["a"]).Node("Mul", ["a", "k"], ["y"]);
    }

    public static OnnxModel Of(object batch, object? stateBatch = null) => Load(Graph(batch, stateBatch));

    public static OnnxModel Load(GraphBuilder graph) => OnnxModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(graph.Model), "model");

    public static InputTensor X(int rows) => InputTensor.Create("x", Counted(rows * Width), rows, Width);

    /// <summary>The state of row i is 10·i in its first half, 100·i in its second, along the axis that the shape gives.</summary>
    public static InputTensor S(int rows)
        => InputTensor.Create("s", [.. States(rows, 10), .. States(rows, 100)], 2, rows, Width);

    /// <summary>The same, each row's state as a whole input.</summary>
    public static InputTensor WholeStates(int rows)
        => InputTensor.Create("s", Enumerable.Range(0, rows)
            .SelectMany(row => Enumerable.Range(0, 2 * Width).Select(i => row * (i < Width ? 10f : 100f))).ToArray(), rows, 2, 1, Width);

    /// <summary>What the model puts out for these.</summary>
    public static float[] Wanted(int rows, float k) => [.. Enumerable.Range(0, rows * Width).Select(i => k * (i + (110f * (i / Width))))];

    public static float[] Counted(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    private static IEnumerable<float> States(int rows, float unit) => Enumerable.Range(0, rows * Width).Select(i => unit * (i / Width));
}
