using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>
/// A graph in which some layers are written as column sets. Nodes are emitted in their order; what reads a tensor of a linear layer in
/// transposed layout alone, elementwise operators and further such layers, goes on in that layout.
/// </summary>
internal sealed class GraphRewrite
{
    private readonly WorkingModel model;
    private readonly Dictionary<NodeProto, (ColumnLayer Layer, LayerLayout Layout)> chosen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<NodeProto> folded = new(ReferenceEqualityComparer.Instance);
    private readonly Func<string, int> rank;
    private readonly TransposedTensors inner;
    private readonly Dictionary<string, string> transposed = [];
    private readonly Dictionary<string, string> roots = [];
    private readonly HashSet<string> names;
    private readonly bool isFlat;
    private readonly GraphProto target;

    /// <param name="model">The model.</param>
    /// <param name="layers">The layers to rewrite, and how.</param>
    /// <param name="rank">The number of axes of a tensor.</param>
    public GraphRewrite(WorkingModel model, IEnumerable<(ColumnLayer Layer, LayerLayout Layout)> layers, Func<string, int> rank)
    {
        (this.model, this.rank) = (model, rank);
        foreach (var (layer, layout) in layers)
        {
            chosen[layer.Node] = (layer, layout);
            if (layer.Folded is { } sum) folded.Add(sum);
        }
        names = [.. model.Graph.Node.SelectMany(node => node.Input.Concat(node.Output)), .. model.Graph.Input.Select(input => input.Name)];
        isFlat = chosen.Values.Any(pair => pair.Layout == LayerLayout.Flattened);
        inner = new(model, [.. chosen.Values.Where(pair => IsTransposed(pair.Layout)).Select(pair => pair.Layer)], rank);
        target = model.Graph.Clone();
        target.Node.Clear();
    }

    /// <summary>The new graph.</summary>
    public GraphProto Run()
    {
        foreach (var node in model.Nodes)
        {
            if (chosen.TryGetValue(node, out var pair)) Emit(pair.Layer, pair.Layout);
            else if (inner.Contains(node.Output.FirstOrDefault() ?? "") && !folded.Contains(node)) EmitTransposed(node);
            else if (!folded.Contains(node)) target.Node.Add(node.Clone());
        }
        UnreadParts.Remove(target, model.Graph);
        return target;
    }

    private void Emit(ColumnLayer layer, LayerLayout layout)
    {
        if (layout == LayerLayout.GroupedConvolution) EmitConvolution(layer);
        else if (IsTransposed(layout)) EmitPointwise(layer);
        else EmitProducts(layer);
    }

    private void EmitConvolution(ColumnLayer layer)
    {
        var (sets, shape) = (layer.Sets, layer.Sets.Shape);
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == Weights.AxisRole.Kernel).Select(axis => axis.Extent);
        var weight = Add(TensorMaking.Floats(Name(layer, "weight"), ColumnWeights.Grouped(layer), [shape.Filters, sets.Kept, .. kernel]));
        var data = Gathered(layer, layer.Input, axis: 1);
        if (!sets.ArePermuted)
        {
            Add(ColumnNodes.Regrouped(layer.Node, data, weight, layer.Output, sets.Blocks));
            return;
        }
        var node = ColumnNodes.Regrouped(layer.Node, data, weight, Fresh($"{layer.Output}/blocks"), sets.Blocks);
        if (Bias(layer) is { } bias) node.Input[layer.Weight.Use.Operator.Product!.Bias!.Value] = bias;
        Sorted(layer, Add(node), layer.Output, axis: 1);
    }

    /// <summary>In transposed layout: [batch, channels, positions].</summary>
    private void EmitPointwise(ColumnLayer layer)
    {
        var sets = layer.Sets;
        var weight = Add(TensorMaking.Floats(Name(layer, "weight"), ColumnWeights.Grouped(layer), sets.Shape.Filters, sets.Kept, 1));
        var output = Fresh($"{layer.Output}/transposed");
        var blocks = sets.ArePermuted ? Fresh($"{layer.Output}/blocks") : output;
        Add(ColumnNodes.Pointwise(Gathered(layer, Transposed(layer.Input), axis: 1), weight, Bias(layer), blocks, sets.Blocks));
        if (sets.ArePermuted) Sorted(layer, blocks, output, axis: 1);
        (transposed[layer.Output], roots[layer.Output]) = (output, roots[layer.Input]);
        if (!inner.Contains(layer.Output)) Restore(output, layer.Output);
    }

    /// <summary>One product for each block, of the channels that it reads.</summary>
    private void EmitProducts(ColumnLayer layer)
    {
        var (sets, axes) = (layer.Sets, rank(layer.Input));
        var indices = Add(TensorMaking.Integers(Name(layer, "channels"), ColumnWeights.Indices(sets), sets.Blocks, sets.Kept));
        var gathered = Add(ColumnNodes.Gather(layer.Input, indices, Fresh($"{layer.Output}/gathered"), axes - 1));
        // [rows…, blocks, kept] → [blocks, rows…, kept], and back.
        long[] there = [axes - 1, .. Axes(axes - 1), axes];
        var stacked = Add(ColumnNodes.Transpose(gathered, Fresh($"{layer.Output}/stacked"), there));
        long[] shape = [sets.Blocks, .. Enumerable.Repeat(1L, axes - 2), sets.Kept, sets.Block];
        var weight = Add(TensorMaking.Floats(Name(layer, "weight"), ColumnWeights.Stacked(layer), shape));
        var products = Add(ColumnNodes.Product(stacked, weight, Fresh($"{layer.Output}/products")));
        long[] back = [.. Axes(axes - 1).Select(axis => axis + 1), 0, axes];
        var rows = Add(ColumnNodes.Transpose(products, Fresh($"{layer.Output}/rows"), back));
        long[] joined = [.. Enumerable.Repeat(0L, axes - 1), sets.Shape.Filters];
        var flat = Add(TensorMaking.Integers(Name(layer, "shape"), joined, joined.Length));
        var bias = Bias(layer);
        var product = bias is null && !sets.ArePermuted ? layer.Output : Fresh($"{layer.Output}/product");
        Add(ColumnNodes.Reshape(rows, flat, product));
        var sum = !sets.ArePermuted ? layer.Output : Fresh($"{layer.Output}/blocks");
        if (bias is not null) Add(ColumnNodes.Sum(product, bias, sum));
        if (sets.ArePermuted) Sorted(layer, bias is null ? product : sum, layer.Output, axes - 1);
    }

    private string? Bias(ColumnLayer layer)
        => ColumnWeights.Bias(layer) is { } bias ? Add(TensorMaking.Floats(Name(layer, "bias"), bias, bias.Length)) : null;

    /// <summary>Puts what the filters put out, in the order of their blocks, into the layer's own order.</summary>
    private void Sorted(ColumnLayer layer, string blocks, string output, int axis)
    {
        var places = ColumnWeights.Places(layer.Sets);
        Add(ColumnNodes.Gather(blocks, Add(TensorMaking.Integers(Name(layer, "places"), places, places.Length)), output, axis));
    }

    private static IEnumerable<long> Axes(int count) => Enumerable.Range(0, count).Select(axis => (long)axis);

    private string Gathered(ColumnLayer layer, string data, int axis)
    {
        var sets = layer.Sets;
        // One block that reads all channels in their order needs no gathering.
        if (sets.Kept == sets.Shape.Channels && sets.Blocks == 1) return data;
        var indices = ColumnWeights.Indices(sets);
        return Add(ColumnNodes.Gather(data, Add(TensorMaking.Integers(Name(layer, "channels"), indices, indices.Length)),
            Fresh($"{layer.Output}/gathered"), axis));
    }

    /// <summary>A tensor of the graph in transposed layout, made once.</summary>
    private string Transposed(string tensor)
    {
        if (transposed.TryGetValue(tensor, out var known)) return known;
        roots[tensor] = tensor;
        var data = tensor;
        if (isFlat || rank(tensor) != 3)
        {
            var shape = Add(TensorMaking.Integers(Fresh($"{tensor}/batch"), [1, -1, Channels(tensor)], 3));
            data = Add(ColumnNodes.Reshape(tensor, shape, Fresh($"{tensor}/rows")));
        }
        return transposed[tensor] = Add(ColumnNodes.Transpose(data, Fresh($"{tensor}/transposed"), 0, 2, 1));
    }

    private long Channels(string tensor) => chosen.Values.First(pair => pair.Layer.Input == tensor).Layer.Sets.Shape.Channels;

    private void Restore(string tensor, string output)
    {
        if (!isFlat && rank(output) == 3)
        {
            Add(ColumnNodes.Transpose(tensor, output, 0, 2, 1));
            return;
        }
        var rows = Add(ColumnNodes.Transpose(tensor, Fresh($"{output}/rows"), 0, 2, 1));
        var channels = chosen.Values.First(pair => pair.Layer.Output == output).Layer.Sets.Shape.Filters;
        Add(ColumnNodes.Reshape(rows, RestoredShape(output, channels), output));
    }

    /// <summary>The extents of the tensor that was transposed first, but for the channels.</summary>
    private string RestoredShape(string output, long channels)
    {
        var axes = rank(output);
        if (axes == 2) return Add(TensorMaking.Integers(Fresh($"{output}/shape"), [-1, channels], 2));
        var shape = Add(ColumnNodes.Shape(roots[output], Fresh($"{output}/extents")));
        var leading = Add(ColumnNodes.Gather(shape, Add(TensorMaking.Integers(Fresh($"{output}/axes"), [.. Axes(axes - 1)], axes - 1)),
            Fresh($"{output}/leading"), axis: 0));
        var last = Add(TensorMaking.Integers(Fresh($"{output}/channels"), [channels], 1));
        return Add(ColumnNodes.Concatenation([leading, last], Fresh($"{output}/shape")));
    }

    private static bool IsTransposed(LayerLayout layout) => layout is LayerLayout.Transposed or LayerLayout.Flattened;

    private void EmitTransposed(NodeProto node)
    {
        var output = node.Output[0];
        (transposed[output], roots[output]) = (Fresh($"{output}/transposed"), roots[node.Input.First(inner.Contains)]);
        target.Node.Add(ColumnNodes.Renamed(node, name => inner.Contains(name) ? transposed[name] : Upright(name, node),
            name => transposed[name]));
    }

    /// <summary>A constant beside transposed tensors: a vector along the last axis goes along the one before it.</summary>
    private string Upright(string constant, NodeProto node)
    {
        if (ConstantVector.IsScalar(model, constant)) return constant;
        var values = ConstantVector.Of(model, constant, inner.VectorLength(constant))
            ?? throw new InvalidOperationException($"node '{node.Name}': '{constant}' is no vector");
        return Add(TensorMaking.Floats(Fresh($"{constant}/transposed"), values, values.Length, 1));
    }

    private string Name(ColumnLayer layer, string part) => Fresh($"{layer.Weight.Name}/{part}");

    private string Fresh(string wanted)
    {
        var name = wanted;
        for (var i = 2; !names.Add(name); i++) name = $"{wanted}#{i}";
        return name;
    }

    private string Add(TensorProto tensor)
    {
        target.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Add(NodeProto node)
    {
        target.Node.Add(node);
        return node.Output[0];
    }
}
