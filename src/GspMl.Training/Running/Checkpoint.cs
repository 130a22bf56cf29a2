using System.Runtime.InteropServices;
using GspMl.Onnx;
using GspMl.Training.Optimizers;
using GspMl.Training.Sparsity;

namespace GspMl.Training.Running;

/// <summary>The whole state of a run in a file: written beside and renamed, so that a run that is killed leaves the state before.</summary>
internal static class Checkpoint
{
    private const string Magic = "GspMl tuning 1";

    /// <exception cref="OnnxModelException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Parameter> parameters, Curve curve, SparsityPlan plan, int epoch,
        string fingerprint)
    {
        var beside = path + ".part";
        try
        {
            using (var writer = new BinaryWriter(File.Create(beside)))
            {
                writer.Write(Magic);
                writer.Write(fingerprint);
                writer.Write(epoch);
                writer.Write(plan.From);
                WriteCurve(writer, curve);
                foreach (var parameter in parameters) WriteParameter(writer, parameter);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{path}: the state of the run cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Restores a state.</summary>
    /// <returns>The last epoch that it has; null where there is no file.</returns>
    /// <exception cref="OnnxModelException">The file is of another run, or none of a run.</exception>
    public static int? Read(string path, IReadOnlyList<Parameter> parameters, Curve curve, SparsityPlan plan, string fingerprint)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadString() != Magic) throw new InvalidDataException("it is no state of a tuning run");
            if (reader.ReadString() is var other && other != fingerprint)
                throw new InvalidDataException($"it is the state of a run with other options ({other})");
            var epoch = reader.ReadInt32();
            plan.From = reader.ReadDouble();
            ReadCurve(reader, curve, parameters.Count);
            foreach (var parameter in parameters) ReadParameter(reader, parameter);
            return epoch;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OnnxModelException($"{path}: the run cannot be taken up: {e.Message}.", e);
        }
    }

    private static void WriteCurve(BinaryWriter writer, Curve curve)
    {
        writer.Write(curve.Epochs.Count);
        foreach (var epoch in curve.Epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Loss);
            writer.Write(epoch.HeldBackLoss);
            writer.Write(epoch.Zeros);
        }
        writer.Write(curve.BestEpoch);
        writer.Write(curve.Best.Count > 0);
        foreach (var values in curve.Best) Write(writer, values);
    }

    private static void ReadCurve(BinaryReader reader, Curve curve, int parameters)
    {
        var epochs = Enumerable.Range(0, reader.ReadInt32())
            .Select(_ => new TuningEpoch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble())).ToList();
        var best = reader.ReadInt32();
        curve.Restore(epochs, best, reader.ReadBoolean() ? [.. Enumerable.Range(0, parameters).Select(_ => ReadArray(reader))] : []);
    }

    private static void WriteParameter(BinaryWriter writer, Parameter parameter)
    {
        Write(writer, parameter.Values.Numbers);
        Write(writer, parameter.Mask);
        Write(writer, parameter.Uncut);
        Write(writer, parameter.Mean);
        Write(writer, parameter.Square);
    }

    private static void ReadParameter(BinaryReader reader, Parameter parameter)
    {
        ReadArray(reader).CopyTo(parameter.Values.Numbers);
        parameter.Mask = ReadArray(reader) is { Length: > 0 } mask ? mask : null;
        parameter.Uncut = ReadArray(reader) is { Length: > 0 } uncut ? uncut : null;
        ReadArray(reader).CopyTo(parameter.Mean, 0);
        parameter.Square = ReadArray(reader);
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    private static float[] ReadArray(BinaryReader reader)
    {
        var values = new float[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
