using GspMl.Onnx.Proto;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>Copies tensors between the memory of the CPU and that of a device, by a graph that hands them on.</summary>
internal sealed class DeviceCopy : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly Dictionary<string, string> outputs;

    public DeviceCopy(Sessions sessions, ModelProto version, IEnumerable<(string Name, IReadOnlyList<long> Shape)> tensors)
    {
        var graph = new GraphProto { Name = "copy" };
        outputs = [];
        foreach (var (name, shape) in tensors)
        {
            outputs.Add(name, $"{name}/copy");
            graph.Input.Add(TrainingModel.Declared(name, (int)TensorProto.Types.DataType.Float, shape));
            graph.Output.Add(TrainingModel.Declared(outputs[name], (int)TensorProto.Types.DataType.Float, shape));
            graph.Node.Add(Operators.Expressions.Copy(name, outputs[name]));
        }
        var model = new ModelProto { IrVersion = version.IrVersion, Graph = graph };
        model.OpsetImport.AddRange(version.OpsetImport);
        session = sessions.Open(model);
    }

    /// <summary>Allocates in the device's memory.</summary>
    public OrtAllocator Allocator(OrtMemoryInfo memory) => new(session, memory);

    /// <summary>Copies all tensors.</summary>
    public void Run(IEnumerable<(string Name, OrtValue From, OrtValue To)> tensors)
    {
        using var binding = session.CreateIoBinding();
        foreach (var (name, from, to) in tensors)
        {
            binding.BindInput(name, from);
            binding.BindOutput(outputs[name], to);
        }
        binding.SynchronizeBoundInputs();
        session.RunWithBinding(options, binding);
        binding.SynchronizeBoundOutputs();
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
