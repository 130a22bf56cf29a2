using GspMl.Onnx.Proto;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Sessions;

/// <summary>An axis that a model declares: of a fixed extent, or open, with a name or without.</summary>
internal readonly record struct DeclaredAxis(long? Extent, string? Symbol)
{
    public bool IsOpen => Extent is null;

    /// <summary>Whether exporters call the axis of rows so.</summary>
    public bool IsNamedLikeRows => Symbol is { } name && (name.Contains("batch", StringComparison.OrdinalIgnoreCase)
        || name is "N" or "n" or "B" or "b" or "bs");

    public bool Takes(int extent) => Extent is null || Extent == extent;

    public override string ToString() => Extent?.ToString() ?? Symbol ?? "?";
}

/// <summary>An input as a model declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are; undefined where it is no tensor.</param>
/// <param name="Axes">Its axes, none for a single number; null where the model does not say how many there are.</param>
internal sealed record DeclaredInput(string Name, OrtElement Type, IReadOnlyList<DeclaredAxis>? Axes)
{
    /// <summary>The shape for messages.</summary>
    public string ShapeText => Axes is null ? "any shape" : $"[{string.Join(',', Axes)}]";

    /// <summary>
    /// The axis on which rows lie where no values tell: the one named like rows, the first one if it is open, one that outputs have first,
    /// or the only open one, without a name, behind a fixed one.
    /// </summary>
    /// <param name="first">Names of the first axes of the model's outputs.</param>
    public int RowAxis(IReadOnlyCollection<string> first)
    {
        var axes = Axes ?? [];
        var open = Enumerable.Range(0, axes.Count).Where(k => axes[k].IsOpen).ToList();
        if (open.Where(k => axes[k].IsNamedLikeRows).ToList() is [var named, ..]) return named;
        if (open is [] or [0, ..]) return 0;
        if (open.Where(k => axes[k].Symbol is { } symbol && first.Contains(symbol)).ToList() is [var shared, ..]) return shared;
        return open is [1] && axes[1].Symbol is null && axes[0].Extent > 1 ? 1 : 0;
    }

    /// <summary>The inputs of a model that have no default value, by name.</summary>
    public static IReadOnlyDictionary<string, DeclaredInput> Of(OnnxModel model)
    {
        var names = model.Inputs.ToHashSet();
        return model.Proto.Graph.Input.Where(input => names.Contains(input.Name)).Select(Of).DistinctBy(input => input.Name)
            .ToDictionary(input => input.Name);
    }

    /// <summary>An input or output of a graph.</summary>
    public static DeclaredInput Of(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        return new(value.Name, (OrtElement)(tensor?.ElemType ?? 0), tensor?.Shape?.Dim.Select(Axis).ToList());
    }

    // ONNX Runtime takes a negative extent for an open one.
    private static DeclaredAxis Axis(TensorShapeProto.Types.Dimension axis)
        => axis.HasDimValue ? new(axis.DimValue >= 0 ? axis.DimValue : null, null)
        : new(null, axis.DimParam.Length > 0 ? axis.DimParam : null);
}
