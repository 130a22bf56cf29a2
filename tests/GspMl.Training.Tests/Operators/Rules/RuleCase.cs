using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Proto;
using GspMl.Training.Forward;
using GspMl.Training.Gradients;
using GspMl.Training.Graphs;
using GspMl.Training.Operators;
using Microsoft.ML.OnnxRuntime;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Tests.Operators.Rules;

/// <summary>A node whose gradient is compared with differences: the sum of its outputs, each element with a weight of its own.</summary>
internal sealed record RuleCase(string Op, int Opset, Operand[] Operands, AttributeProto[] Attributes, int Outputs = 1, int Unread = 0,
    bool InFloat = false, string Domain = "")
{
    /// <summary>What a difference may be where ONNX Runtime computes in double precision.</summary>
    public const double DoubleTolerance = 1e-6;

    public override string ToString()
        => $"{Op}-{Opset} {string.Join(' ', Operands.Select(operand => $"[{string.Join(',', operand.Shape)}]"))} "
        + $"{string.Join(' ', Attributes.Select(attribute => $"{attribute.Name}={Text(attribute)}"))}".TrimEnd();

    private static string Text(AttributeProto attribute) => attribute.Ints.Count > 0 ? string.Join(',', attribute.Ints)
        : attribute.S.Length > 0 ? attribute.S.ToStringUtf8() : attribute.F != 0 ? $"{attribute.F}" : $"{attribute.I}";

    /// <summary>The largest difference between the gradient and differences, relative to 1 + the gradient; and what it may be.</summary>
    public (double Difference, double Tolerance) Check()
    {
        if (InFloat) return (Check(Element.Float, 1e-2), 4e-3);
        try { return (Check(Element.Double, 1e-4), DoubleTolerance); }
        catch (OnnxModelException) { return (Check(Element.Float, 1e-2), 4e-3); }
        catch (OnnxRuntimeException) { return (Check(Element.Float, 1e-2), 4e-3); }
    }

    private double Check(Element type, double step)
    {
        var model = OnnxModel.Load(Model(type).ToByteArray());
        var forward = ForwardGraph.Of("case", new WorkingModel(model));
        var graph = new GraphWriter(forward.Copy(), forward.Opset, type);
        var loss = Loss(graph, forward, type);
        string[] wanted = [.. Operands.Select((operand, i) => (operand, i)).Where(pair => pair.operand.IsDifferentiated)
            .Select(pair => $"x{pair.i}")];
        var seen = Observation.Of(forward, graph.Graph, new Dictionary<string, OrtValue>(), wanted);
        Folding.Apply(graph.Graph, seen);
        var gradient = GradientGraph.Append(graph, seen, loss, wanted);
        Assert.Empty(gradient.Unknown);
        graph.Graph.Output.Clear();
        string[] outputs = [loss, .. wanted.Select(name => gradient.Gradients[name])];
        graph.Graph.Output.Add(outputs.Select(name => new ValueInfoProto { Name = name }));
        foreach (var name in wanted) FeedInstead(graph.Graph, name, type);
        using var session = new InferenceSession(forward.Wrap(graph.Graph).ToByteArray(), new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        });
        var values = wanted.ToDictionary(name => name, name => Operands[int.Parse(name[1..])].Values!.ToArray());
        var found = Run(session, values, outputs, type);
        var worst = 0.0;
        for (var w = 0; w < wanted.Length; w++)
            for (var i = 0; i < values[wanted[w]].Length; i++)
            {
                var slope = Slope(session, values, wanted[w], i, step, loss, type);
                worst = Math.Max(worst, Math.Abs(slope - found[w + 1][i]) / (1 + Math.Abs(slope)));
            }
        return worst;
    }

    /// <summary>Four points: the error falls by the fourth power of the step.</summary>
    private double Slope(InferenceSession session, Dictionary<string, double[]> values, string name, int i, double step, string loss,
        Element type)
    {
        double At(double by)
        {
            var moved = new Dictionary<string, double[]>(values) { [name] = [.. values[name]] };
            moved[name][i] += by;
            return Run(session, moved, [loss], type)[0][0];
        }
        return ((8 * (At(step) - At(-step))) - (At(2 * step) - At(-2 * step))) / (12 * step);
    }

    private double[][] Run(InferenceSession session, Dictionary<string, double[]> values, string[] outputs, Element type)
    {
        var feeds = values.Where(pair => session.InputMetadata.ContainsKey(pair.Key))
            .ToDictionary(pair => pair.Key, pair => Value(pair.Value, Operands[int.Parse(pair.Key[1..])].Shape, type));
        using var options = new RunOptions();
        using var results = session.Run(options, feeds, outputs);
        double[][] read = [.. results.Select(result => type == Element.Double ? result.GetTensorDataAsSpan<double>().ToArray()
            : [.. result.GetTensorDataAsSpan<float>().ToArray().Select(value => (double)value)])];
        foreach (var feed in feeds.Values) feed.Dispose();
        return read;
    }

    private static OrtValue Value(double[] values, long[] shape, Element type) => type == Element.Double
        ? OrtValue.CreateTensorValueFromMemory(values, shape)
        : OrtValue.CreateTensorValueFromMemory<float>([.. values.Select(value => (float)value)], shape);

    private static void FeedInstead(GraphProto graph, string name, Element type)
    {
        var stored = graph.Initializer.FirstOrDefault(tensor => tensor.Name == name);
        if (stored is null) return;
        graph.Initializer.Remove(stored);
        graph.Input.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)type } } });
    }

    private string Loss(GraphWriter graph, ForwardGraph forward, Element type)
    {
        var shapes = Observation.Of(forward, graph.Graph, new Dictionary<string, OrtValue>(), []);
        var terms = new List<string>();
        for (var i = 0; i < Outputs; i++)
        {
            var shape = shapes.Shape($"y{i}");
            var weights = Operand.Real([.. shape]).Values!;
            terms.Add(graph.Total(graph.Multiply(graph.Multiply($"y{i}", $"y{i}"), graph.Numbers(weights, shape))));
            terms.Add(graph.Total(graph.Multiply($"y{i}", graph.Numbers([.. weights.Reverse()], shape))));
        }
        return graph.Sum(terms);
    }

    public ModelProto Model(Element type)
    {
        var graph = new GraphProto { Name = "case" };
        var node = new NodeProto { OpType = Op, Name = "node", Domain = Domain };
        for (var i = 0; i < Operands.Length; i++)
        {
            node.Input.Add(Operands[i].Values is null ? "" : $"x{i}");
            if (Operands[i].Values is not null) graph.Initializer.Add(Operands[i].ToTensor($"x{i}", type));
        }
        node.Output.Add(Enumerable.Range(0, Outputs + Unread).Select(i => $"y{i}"));
        node.Attribute.Add(Attributes);
        graph.Node.Add(node);
        graph.Output.Add(Enumerable.Range(0, Outputs).Select(i => new ValueInfoProto { Name = $"y{i}" }));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        if (Domain.Length > 0) model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        return model;
    }
}
