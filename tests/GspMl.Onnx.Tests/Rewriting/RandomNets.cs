using Google.Protobuf;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Rewriting;

/// <summary>Random graphs whose layers have column sets: convolutions with all that surrounds them, or chains of linear layers.</summary>
internal sealed class RandomNets
{
    private readonly Random random;
    private readonly GraphBuilder graph = new();
    private int count;

    private RandomNets(int seed) => random = new(seed);

    /// <summary>A graph of convolutions.</summary>
    public static OnnxModel Convolutions(int seed) => new RandomNets(seed).BuildConvolutions();

    /// <summary>A graph of linear layers.</summary>
    public static OnnxModel Linear(int seed) => new RandomNets(seed).BuildLinear();

    private OnnxModel BuildConvolutions()
    {
        var channels = Pick(8, 16, 24, 32);
        graph.Input("x", "n", channels, 9, 7);
        var tensor = "x";
        for (var layer = random.Next(1, 5); layer > 0; layer--)
        {
            var before = tensor;
            var outputs = random.Next(2) == 0 ? channels : Pick(8, 16, 48);
            tensor = Convolution(tensor, channels, outputs);
            if (random.Next(2) == 0) tensor = Normalized(tensor, outputs);
            if (random.Next(2) == 0) tensor = Add("Relu", tensor);
            if (outputs == channels && random.Next(2) == 0) tensor = Add("Add", tensor, before);
            channels = outputs;
        }
        tensor = Add("Flatten", Add("GlobalAveragePool", tensor));
        tensor = Gemm(tensor, channels, 8);
        return Finished(tensor);
    }

    private OnnxModel BuildLinear()
    {
        var features = Pick(8, 16, 24, 32);
        var isMatrix = random.Next(2) == 0;
        if (isMatrix) graph.Input("x", "n", features);
        else graph.Input("x", "n", 5, features);
        var tensor = "x";
        for (var layer = random.Next(1, 6); layer > 0; layer--)
        {
            var before = tensor;
            var outputs = random.Next(2) == 0 ? features : Pick(8, 16, 48);
            tensor = isMatrix && random.Next(2) == 0 ? Gemm(tensor, features, outputs) : MatMul(tensor, features, outputs);
            tensor = Activated(tensor, outputs);
            if (random.Next(6) == 0) graph.Output(tensor, isMatrix ? ["n", outputs] : ["n", 5, outputs]);
            if (outputs == features && random.Next(2) == 0) tensor = Add("Add", tensor, before);
            features = outputs;
        }
        return Finished(tensor, isMatrix ? ["n", features] : ["n", 5, features]);
    }

    private OnnxModel Finished(string tensor, params object[] shape)
    {
        if (graph.Graph.Output.All(output => output.Name != tensor)) graph.Output(tensor, shape.Length > 0 ? shape : ["n", 8]);
        return OnnxModel.Load(graph.Model.ToByteArray(), "random");
    }

    private string Convolution(string input, int channels, int outputs)
    {
        var kernel = Pick(1, 3);
        var inputs = new List<string> { input, Weight(outputs, channels, kernel * kernel, [outputs, channels, kernel, kernel]) };
        if (random.Next(2) == 0) inputs.Add(Vector(outputs));
        var pad = kernel / 2;
        return Add("Conv", [.. inputs], GraphBuilder.Attribute("pads", pad, pad, pad, pad),
            GraphBuilder.Attribute("kernel_shape", kernel, kernel));
    }

    private string Normalized(string input, int channels)
    {
        var variance = Name();
        float[] values = [.. Enumerable.Range(0, channels).Select(_ => 0.5f + random.NextSingle())];
        graph.Initializer(GraphBuilder.Floats(variance, values, channels));
        return Add("BatchNormalization", input, Vector(channels), Vector(channels), Vector(channels), variance);
    }

    private string Gemm(string input, int features, int outputs)
    {
        var inputs = new List<string> { input, Weight(outputs, features, 1, [outputs, features]) };
        if (random.Next(3) > 0) inputs.Add(Vector(outputs));
        return Add("Gemm", [.. inputs], GraphBuilder.Attribute("transB", 1));
    }

    private string MatMul(string input, int features, int outputs)
    {
        var product = Add("MatMul", input, Weight(outputs, features, 1, [features, outputs], isTransposed: true));
        return random.Next(3) > 0 ? Add("Add", random.Next(2) == 0 ? [product, Vector(outputs)] : [Vector(outputs), product]) : product;
    }

    private string Activated(string input, int features) => random.Next(6) switch
    {
        0 => Add("Relu", input),
        1 => Add("Mul", input, Add("Sigmoid", input)),
        2 => Add("Mul", Add("Tanh", Add("Mul", input, Scalar(0.5f))), Vector(features)),
        3 => Add("Mul", Add("Mul", input, Add("Add", Add("Erf", Add("Div", input, Scalar(1.4142135f))), Scalar(1))), Scalar(0.5f)),
        4 => Add("LayerNormalization", input, Vector(features), Vector(features)),
        _ => input,
    };

    /// <summary>A weight whose blocks of filters, half the time ones that do not follow each other, read channels of their own.</summary>
    private string Weight(int filters, int channels, int taps, long[] shape, bool isTransposed = false)
    {
        var block = filters / Pick(1, 2, filters % 4 == 0 ? 4 : 2);
        var kept = random.Next(1, channels);
        var values = new float[filters * channels * taps];
        int[] order = [.. Enumerable.Range(0, filters)];
        if (random.Next(2) == 0) random.Shuffle(order);
        for (var first = 0; first < filters; first += block)
        {
            var read = Enumerable.Range(0, channels).OrderBy(_ => random.Next()).Take(kept).ToHashSet();
            foreach (var filter in order[first..(first + block)])
                foreach (var channel in read)
                    for (var tap = 0; tap < taps; tap++)
                    {
                        var place = isTransposed ? (channel * filters) + filter : (((filter * channels) + channel) * taps) + tap;
                        values[place] = Number() / kept;
                    }
        }
        var name = Name();
        graph.Initializer(GraphBuilder.Floats(name, values, shape));
        return name;
    }

    private string Vector(int length)
    {
        var name = Name();
        graph.Initializer(GraphBuilder.Floats(name, [.. Enumerable.Range(0, length).Select(_ => Number())], length));
        return name;
    }

    private string Scalar(float value)
    {
        var name = Name();
        graph.Initializer(GraphBuilder.Floats(name, [value]));
        return name;
    }

    private float Number() => (random.NextSingle() * 2) - 1;

    private string Add(string op, params string[] inputs) => Add(op, inputs, []);

    private string Add(string op, string[] inputs, params Onnx.Proto.AttributeProto[] attributes)
    {
        var name = Name();
        graph.Node(op, inputs, [name], attributes);
        return name;
    }

    private string Name() => $"t{++count}";

    private int Pick(params int[] values) => values[random.Next(values.Length)];
}
