using GspMl.Onnx.Proto;
using GspMl.Training.Optimizers;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Steps;

/// <summary>A tensor that a step reads from one place and writes to another, in the device's own memory; the places change from step to
/// step.</summary>
internal sealed class DeviceTensor : IDisposable
{
    private readonly OrtValue[] places;

    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="allocator">Of the device's memory.</param>
    /// <param name="changes">Whether steps write it; else it has one place.</param>
    public DeviceTensor(string name, IReadOnlyList<long> shape, OrtAllocator allocator, bool changes)
    {
        (Name, Shape) = (name, shape);
        places = [.. Enumerable.Range(0, changes ? 2 : 1)
            .Select(_ => OrtValue.CreateAllocatedTensorValue(allocator, OrtType.Float, [.. shape]))];
    }

    public string Name { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether steps write it.</summary>
    public bool Changes => places.Length > 1;

    /// <summary>Where an even or an odd step reads it.</summary>
    public OrtValue Read(int turn) => places[turn % places.Length];

    /// <summary>Where such a step writes it.</summary>
    public OrtValue Write(int turn) => places[(turn + 1) % places.Length];

    public void Dispose()
    {
        foreach (var place in places) place.Dispose();
    }
}

/// <summary>The state of all parameters on a device.</summary>
internal static class DeviceState
{
    /// <summary>The names of a parameter's tensors that steps write, as <see cref="GraphUpdate.Write"/> returns them.</summary>
    public static IReadOnlyList<string> Changing(Parameter parameter, TuningOptimizer optimizer)
    {
        var names = new StateNames(parameter.Name);
        if (parameter.IsStatistic) return [names.Uncut];
        return optimizer.IsAdaptive ? [names.Uncut, names.Mean, names.Square] : [names.Uncut, names.Mean];
    }

    /// <summary>The names of those that only the CPU writes.</summary>
    public static IReadOnlyList<string> Fixed(Parameter parameter)
        => parameter.IsWeight ? [new StateNames(parameter.Name).Mask, new StateNames(parameter.Name).Moves] : [];

    /// <summary>Declares a parameter's state as inputs, and has the parameter computed of it.</summary>
    public static void Declare(GraphProto graph, Parameter parameter, IEnumerable<string> names)
    {
        graph.Input.Remove(graph.Input.First(input => input.Name == parameter.Name));
        foreach (var name in names) graph.Input.Add(TrainingModel.Declared(name, (int)TensorProto.Types.DataType.Float, parameter.Shape));
        graph.Node.Insert(0, Operators.Expressions.Masked(parameter.Name, new StateNames(parameter.Name).Uncut,
            parameter.IsWeight ? new StateNames(parameter.Name).Mask : null));
    }
}
