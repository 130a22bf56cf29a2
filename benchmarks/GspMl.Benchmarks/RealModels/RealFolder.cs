using GspMl.Cli.Npy;

namespace GspMl.Benchmarks.RealModels;

/// <summary>The folder that <c>benchmarks/real-models/setup.sh</c> fills.</summary>
internal sealed record RealFolder(string Path)
{
    public string Models => System.IO.Path.Combine(Path, "models");

    public string Model(string file) => System.IO.Path.Combine(Models, file);

    public string Testdata => System.IO.Path.Combine(Path, "onnx-testdata");

    public string Package(string path) => System.IO.Path.Combine(Path, "packages", path);

    public string Data(string name) => System.IO.Path.Combine(Path, "data", $"{name}.npy");

    /// <summary>An array of <c>data/</c>, its last axes flattened into the rows of the first.</summary>
    public Rows Read(string name)
    {
        var array = NpyReader.Read(Data(name));
        return new(array.As<float>(), [.. array.Shape]);
    }

    /// <summary>An array of <c>data/</c> as a model's input.</summary>
    public Named Named(string input, string name)
    {
        var array = NpyReader.Read(Data(name));
        return new(input, array.Values, [.. array.Shape.Select(extent => (long)extent)]);
    }

    public void Write<T>(string name, T[] values, params int[] shape) where T : unmanaged
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Data(name))!);
        NpyWriter.Write<T>(Data(name), values, shape);
    }
}

/// <summary>Values whose first axis counts rows.</summary>
internal sealed record Rows(float[] Values, int[] Shape)
{
    public int Count => Shape[0];

    public int Width => Values.Length / Count;

    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Width, Width);
}
