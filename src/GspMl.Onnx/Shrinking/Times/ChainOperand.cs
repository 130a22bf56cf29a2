using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>What a chain of nodes reads from around it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape in a typical run.</param>
/// <param name="Axes">Labels of its axes.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Stored">Where it is stored; null for what is computed.</param>
internal sealed record ChainOperand(
    string Name, IReadOnlyList<long> Shape, IReadOnlyList<int[]?> Axes, TensorElementType Type, TensorLocation? Stored)
{
    public static ChainOperand Of(string name, ChannelFlow flow, ModelRunShapes shapes, IReadOnlyDictionary<string, TensorLocation> stored)
    {
        if (stored.TryGetValue(name, out var location))
            return new(name, flow.Stored[location].Shape, flow.Stored[location].Axes, location.ElementType, location);
        var shape = shapes.Of(name)!;
        return new(name, shape, flow.Tensor(name)?.Axes ?? new int[]?[shape.Count], shapes.TypeOf(name), null);
    }

    /// <summary>Its shape when of each axis some positions are left.</summary>
    public long[] Extents(Func<int[], int> left) => [.. Shape.Select((extent, k) => Axes[k] is { } axis ? left(axis) : extent)];

    /// <summary>Stored tensors by the names that nodes call them.</summary>
    public static IReadOnlyDictionary<string, TensorLocation> StoredNames(ChannelFlow flow)
    {
        var places = new Dictionary<FollowedTensor, TensorLocation>(ReferenceEqualityComparer.Instance);
        foreach (var (location, tensor) in flow.Stored) places[tensor] = location;
        return flow.Tensors.Where(tensor => tensor.Value is not null && places.ContainsKey(tensor.Value))
            .ToDictionary(tensor => tensor.Key, tensor => places[tensor.Value!]);
    }
}

/// <summary>An input of a chain that is run on its own.</summary>
internal sealed record ChainInput(string Name, TensorElementType Type, long[] Shape)
{
    public ValueInfoProto Declared()
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)Type, Shape = new() };
        type.Shape.Dim.AddRange(Shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new() { Name = Name, Type = new() { TensorType = type } };
    }

    /// <summary>Numbers as activations are; the caller owns them.</summary>
    public OrtValue MakeUp(Random random)
    {
        var numbers = new float[Shape.Aggregate(1L, (product, extent) => product * extent)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = random.NextSingle() - 0.5f;
        return TensorConversion.ToOrtValue(numbers, 0, numbers.Length, [.. Shape.Select(extent => (int)extent)],
            (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)Type);
    }
}
