using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Training.Forward;
using GspMl.Training.Gradients;
using GspMl.Training.Graphs;
using GspMl.Training.Losses;
using GspMl.Training.Operators;
using Microsoft.ML.OnnxRuntime;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Steps;

/// <summary>A model with its loss and the gradient of it, for batches of one size; parameters are inputs.</summary>
internal sealed class TrainingModel
{
    private readonly ForwardGraph forward;
    private readonly GraphWriter graph;
    private readonly GradientGraph gradient;

    private readonly IReadOnlyDictionary<string, string> following;

    private TrainingModel(ForwardGraph forward, GraphWriter graph, GradientGraph gradient, string loss,
        IReadOnlyDictionary<string, string> following)
    {
        (this.forward, this.graph, this.gradient, Loss, this.following) = (forward, graph, gradient, loss, following);
        Trained = Stored(gradient.Gradients.ContainsKey);
        Statistics = Stored(following.ContainsKey);
        foreach (var tensor in Trained.Concat(Statistics)) Feed(graph.Graph, tensor);
    }

    /// <summary>The name of the loss, a single number.</summary>
    public string Loss { get; }

    /// <summary>The tensors that are trained, as the model stores them.</summary>
    public IReadOnlyList<TensorProto> Trained { get; }

    /// <summary>Running statistics, as the model stores them.</summary>
    public IReadOnlyList<TensorProto> Statistics { get; }

    /// <summary>The name of a parameter's gradient; of a statistic, of what follows it.</summary>
    public string GradientOf(string parameter) => following.GetValueOrDefault(parameter) ?? gradient.Gradients[parameter];

    /// <summary>Why other tensors are not trained.</summary>
    public IReadOnlyDictionary<string, string> Unknown => gradient.Unknown;

    /// <param name="forward">The model.</param>
    /// <param name="losses">What is to become small.</param>
    /// <param name="feeds">A batch: inputs of the model, and what is wanted of it.</param>
    /// <param name="wanted">Tensors to train.</param>
    /// <param name="normalization">What BatchNormalization normalises by.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run it.</exception>
    public static TrainingModel Build(ForwardGraph forward, IReadOnlyList<OutputLoss> losses, IReadOnlyDictionary<string, OrtValue> feeds,
        IReadOnlyCollection<string> wanted, TuningNormalization normalization = TuningNormalization.Inference)
    {
        var graph = new GraphWriter(forward.Copy(), forward.Opset);
        var following = normalization == TuningNormalization.Training ? BatchStatistics.Apply(graph) : new Dictionary<string, string>();
        graph.Graph.Input.Clear();
        foreach (var (name, value) in feeds) graph.Graph.Input.Add(Declared(name, value));
        var rows = (int)feeds[LossInputs.Rows].GetTensorTypeAndShape().Shape[0];
        var ofRows = graph.Sum([.. losses.Select(loss => loss.Write(graph, rows))]);
        var loss = graph.Total(graph.Multiply(ofRows, LossInputs.Rows));
        graph.Graph.Output.Clear();
        graph.Graph.Output.Add(new ValueInfoProto { Name = loss });
        var seen = Observation.Of(forward, graph.Graph, feeds, [.. wanted, .. following.Keys]);
        Folding.Apply(graph.Graph, seen);
        Folding.Trim(graph.Graph);
        var gradient = GradientGraph.Append(graph, seen, loss, wanted);
        return new(forward, graph, gradient, loss, following);
    }

    /// <summary>The loss alone, of the model as it is used.</summary>
    public ModelProto ForLoss() => ForLoss(_ => [Loss]);

    /// <summary>The same with further nodes.</summary>
    /// <param name="write">Writes them, and names the outputs.</param>
    public ModelProto ForLoss(Func<GraphWriter, IEnumerable<string>> write) => Extended(graph =>
    {
        BatchStatistics.Undo(graph.Graph, following.Values);
        return write(graph);
    });

    /// <summary>The loss and what a step finds of each parameter.</summary>
    public ModelProto ForGradients() => With([Loss, .. Trained.Concat(Statistics).Select(tensor => GradientOf(tensor.Name))]);

    /// <summary>A copy of the graph with other outputs, and without what these do not need.</summary>
    public ModelProto With(IEnumerable<string> outputs) => With(graph.Graph.Clone(), outputs);

    /// <summary>The same with further nodes.</summary>
    /// <param name="write">Writes them, and names the outputs.</param>
    public ModelProto Extended(Func<GraphWriter, IEnumerable<string>> write)
    {
        var copy = new GraphWriter(graph.Graph.Clone(), graph.Opset);
        return With(copy.Graph, write(copy));
    }

    private ModelProto With(GraphProto copy, IEnumerable<string> outputs)
    {
        copy.Output.Clear();
        copy.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        Folding.Trim(copy);
        return forward.Wrap(copy);
    }

    private List<TensorProto> Stored(Func<string, bool> choose)
        => [.. graph.Graph.Initializer.Where(tensor => choose(tensor.Name))];

    private static ValueInfoProto Declared(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return Declared(name, (int)info.ElementDataType, info.Shape);
    }

    /// <summary>A graph's input of a known shape.</summary>
    public static ValueInfoProto Declared(string name, int type, IEnumerable<long> shape)
    {
        var axes = new TensorShapeProto();
        axes.Dim.Add(shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = axes } } };
    }

    private static void Feed(GraphProto graph, TensorProto tensor)
    {
        graph.Initializer.Remove(tensor);
        graph.Input.Add(Declared(tensor.Name, (int)Element.Float, tensor.Dims));
    }
}
