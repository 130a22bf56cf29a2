using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>
/// Finds the weights of a model by following constants along the graph: from an initializer or Constant node, through
/// Identity, Transpose, Reshape, Cast and DequantizeLinear, to the nodes that read them, through subgraphs and calls
/// of local functions. Names play no part.
/// </summary>
internal sealed class WeightFinder
{
    /// <summary>Why a sparse tensor is no weight.</summary>
    public const string StoredSparse = "it is stored sparse";

    private const int DeepestCall = 64;

    private readonly ModelProto model;
    private readonly TensorIndex index;
    private readonly ConstantFolder folder;
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> functions = [];
    private readonly Dictionary<TensorLocation, Uses> uses = [];
    private readonly List<SkippedTensor> stored = [];
    private int depth;

    private WeightFinder(ModelProto model, TensorIndex index)
    {
        (this.model, this.index, folder) = (model, index, new(index));
        foreach (var function in model.Functions)
            functions.TryAdd((OperatorDomain.Of(function.Domain), function.Name, function.Overload), function);
    }

    /// <summary>How the model uses one tensor.</summary>
    private sealed class Uses
    {
        public List<WeightUse> AsWeight { get; } = [];

        public List<string> Otherwise { get; } = [];
    }

    /// <summary>The model's weights in the order of their first readers, and the tensors left alone.</summary>
    public static (IReadOnlyList<PrunableWeight> Weights, IReadOnlyList<SkippedTensor> Skipped) Find(ModelProto model, TensorIndex index)
    {
        var finder = new WeightFinder(model, index);
        finder.VisitGraph(model.Graph, null);
        return finder.Result();
    }

    private (IReadOnlyList<PrunableWeight>, IReadOnlyList<SkippedTensor>) Result()
    {
        var weights = new List<PrunableWeight>();
        var skipped = stored;
        var shared = SharedData.Of(index.All, tensor => uses.TryGetValue(tensor, out var found) && Obstacle(tensor, found) is null);
        foreach (var (tensor, found) in uses)
        {
            if ((Obstacle(tensor, found) ?? Sharer(tensor)) is { } reason)
                skipped.Add(new(tensor.Name, tensor.ElementType, tensor.Shape, reason));
            else weights.Add(new(tensor, found.AsWeight[0], [.. found.AsWeight.Select(use => use.Node).Distinct()]));
        }
        foreach (var tensor in index.All)
            if (!uses.ContainsKey(tensor) && IsCandidate(tensor))
                skipped.Add(new(tensor.Name, tensor.ElementType, tensor.Shape, "no node reads it"));
        skipped.RemoveAll(tensor => !IsCandidate(tensor.ElementType));
        return (weights, skipped);

        string? Sharer(TensorLocation tensor)
            => shared.TryGetValue(tensor, out var other) ? $"its external data is that of '{other.Name}' too" : null;
    }

    private static bool IsCandidate(TensorLocation tensor) => IsCandidate(tensor.ElementType);

    /// <summary>
    /// Integer tensors are shapes and indices; only bytes can be quantized weights. Float8 and four-bit types are listed as unread.
    /// </summary>
    private static bool IsCandidate(TensorElementType type)
        => ElementFormat.SizeOf(type) > 0 || (int)type > (int)TensorElementType.BFloat16;

    private static string? Obstacle(TensorLocation tensor, Uses found)
    {
        if (found.Otherwise.Count > 0)
            return found.AsWeight.Count == 0 ? found.Otherwise[0]
                : $"{found.Otherwise[0]}, besides {found.AsWeight[0].Operator} '{found.AsWeight[0].Node}'";
        var quantized = found.AsWeight[0].Dequantization is not null;
        if (ElementFormat.SizeOf(tensor.ElementType) == 0 || ElementFormat.IsFloatingPoint(tensor.ElementType) == quantized)
            return $"element type {tensor.ElementType} is not pruned";
        if (tensor.Count == 0) return "it is empty";
        return null;
    }

    private void VisitGraph(GraphProto graph, Scope? outer)
    {
        var scope = new Scope(outer);
        // An input hides an outer name; an initializer of the same name is its default value.
        foreach (var input in graph.Input) scope.Define(input.Name, null);
        foreach (var initializer in graph.Initializer) scope.Define(initializer.Name, folder.Tensor(initializer));
        foreach (var sparse in graph.SparseInitializer)
        {
            if (sparse.Values is null) throw new InvalidDataException("a sparse initializer has no values");
            scope.Define(sparse.Values.Name, null);
            stored.Add(new(sparse.Values.Name, (TensorElementType)sparse.Values.DataType, [.. sparse.Dims], StoredSparse));
        }
        VisitNodes(graph.Node, scope);
        foreach (var output in graph.Output) NoteOther(scope.Resolve(output.Name), "it is an output of the graph");
    }

    private void VisitNodes(RepeatedField<NodeProto> nodes, Scope scope)
    {
        foreach (var node in NodeOrder.Of(nodes).Select(place => nodes[place]))
        {
            foreach (var output in node.Output) scope.Define(output, null);
            if (functions.TryGetValue((OperatorDomain.Of(node.Domain), node.OpType, node.Overload), out var function))
                VisitCall(function, node, scope);
            else VisitNode(node, scope);
        }
    }

    private void VisitNode(NodeProto node, Scope scope)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.G is { } graph) VisitGraph(graph, scope);
            foreach (var element in attribute.Graphs) VisitGraph(element, scope);
        }
        if (node.Output.Count > 0 && folder.Fold(node, scope) is { } folded)
        {
            scope.Define(node.Output[0], folded);
            for (var i = 1; i < node.Input.Count; i++)
                NoteOther(scope.Resolve(node.Input[i]), $"{node.OpType} '{TensorIndex.NodeName(node)}' reads it");
            return;
        }
        for (var i = 0; i < node.Input.Count; i++) NoteUse(node, i, scope);
    }

    private void VisitCall(FunctionProto function, NodeProto call, Scope scope)
    {
        if (++depth > DeepestCall) throw new InvalidDataException($"function '{function.Name}' calls itself");
        var body = new Scope(null, new(function, call, scope));
        for (var i = 0; i < function.Input.Count; i++)
            body.Define(function.Input[i], i < call.Input.Count && call.Input[i].Length > 0 ? scope.Resolve(call.Input[i]) : null);
        VisitNodes(function.Node, body);
        for (var i = 0; i < Math.Min(function.Output.Count, call.Output.Count); i++)
            scope.Define(call.Output[i], body.Resolve(function.Output[i]));
        depth--;
    }

    private void NoteUse(NodeProto node, int operand, Scope scope)
    {
        if (node.Input[operand].Length == 0 || scope.Resolve(node.Input[operand]) is not TensorConstant constant) return;
        var name = TensorIndex.NodeName(node);
        if (OperatorTable.Of(node) is not { Product: { } product } op || !product.Weights.Contains(operand))
        {
            NoteOther(constant, Reason(node, operand, name));
            return;
        }
        try
        {
            var view = WeightOperators.View(op, operand, constant.View, attribute => scope.Attribute(node, attribute));
            var dequantization = product.Quantization is { } operands
                ? QuantizedProduct.Dequantization(node, product.Kind, operands, constant, view, scope) : constant.Dequantization;
            UsesOf(constant.Tensor).AsWeight.Add(new(name, op, view, dequantization));
        }
        catch (InvalidDataException e)
        {
            NoteOther(constant, $"it is no weight of {node.OpType} '{name}': {e.Message}");
        }
    }

    private static string Reason(NodeProto node, int operand, string name)
        => OperatorTable.Of(node)?.Product?.Bias == operand ? $"it is the bias of {node.OpType} '{name}'"
            : $"{node.OpType} '{name}' reads it";

    private void NoteOther(Constant? constant, string reason)
    {
        if (constant is TensorConstant { Tensor: var tensor }) UsesOf(tensor).Otherwise.Add(reason);
    }

    private Uses UsesOf(TensorLocation tensor)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(uses, tensor, out _);
        return found ??= new();
    }
}
