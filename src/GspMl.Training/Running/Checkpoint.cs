using System.Runtime.InteropServices;
using GspMl.Onnx;
using GspMl.Training.Optimizers;
using GspMl.Training.Sparsity;

namespace GspMl.Training.Running;

/// <summary>The whole state of a run in a file: written beside and renamed, so that a run that is killed leaves the state before.</summary>
/// <param name="path">The file.</param>
/// <param name="identity">What the state of a run must agree with to be taken up.</param>
internal sealed class Checkpoint(string path, RunIdentity identity)
{
    private const int MostTraits = 100;
    private const int MostEpochs = 1 << 24;

    // The number counts up when the format changes.
    private static ReadOnlySpan<byte> Magic => "GspMl tuning 2\n"u8;

    /// <exception cref="OnnxModelException">The file cannot be written.</exception>
    public void Write(IReadOnlyList<Parameter> parameters, Curve curve, SparsityPlan plan, int epoch)
    {
        var beside = path + ".part";
        try
        {
            using (var writer = new BinaryWriter(File.Create(beside)))
            {
                writer.Write(Magic);
                WriteIdentity(writer);
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
    /// <exception cref="OnnxModelException">The file is of another run, cut off, or none of a run.</exception>
    public int? Read(IReadOnlyList<Parameter> parameters, Curve curve, SparsityPlan plan)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            CheckFormat(reader);
            CheckIdentity(reader);
            var epoch = reader.ReadInt32();
            plan.From = reader.ReadDouble();
            ReadCurve(reader, curve, parameters);
            if (curve.Epochs[^1].Epoch != epoch) throw Damaged();
            foreach (var parameter in parameters) ReadParameter(reader, parameter);
            return epoch;
        }
        catch (EndOfStreamException e)
        {
            throw Refusal("the file ends in the middle of the state", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw Refusal(e.Message.TrimEnd('.'), e);
        }
    }

    private OnnxModelException Refusal(string reason, Exception e)
        => new($"{path}: the run cannot be taken up: {reason}. Name another file to begin anew.", e);

    private static void CheckFormat(BinaryReader reader)
    {
        if (reader.BaseStream.Length == 0) throw new InvalidDataException("the file is empty");
        var start = reader.ReadBytes(Magic.Length);
        if (!Magic.StartsWith(start)) throw new InvalidDataException("the file holds no state of a tuning run of this version");
        if (start.Length < Magic.Length) throw new EndOfStreamException();
    }

    private void WriteIdentity(BinaryWriter writer)
    {
        writer.Write(identity.Traits.Count);
        foreach (var trait in identity.Traits)
        {
            writer.Write(trait.Name);
            writer.Write(trait.Value);
        }
    }

    private void CheckIdentity(BinaryReader reader)
    {
        var other = new Dictionary<string, string>();
        for (var left = Count(reader, MostTraits); left > 0; left--) other[reader.ReadString()] = reader.ReadString();
        var differences = identity.Differences(other).ToList();
        if (differences.Count > 0)
            throw new InvalidDataException($"it is the state of another run, in which these differ: {string.Join(", ", differences)}");
    }

    private static int Count(BinaryReader reader, int most)
        => reader.ReadInt32() is var count && count >= 0 && count <= most ? count : throw Damaged();

    private static InvalidDataException Damaged() => new("the file is damaged");

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

    private static void ReadCurve(BinaryReader reader, Curve curve, IReadOnlyList<Parameter> parameters)
    {
        var epochs = Enumerable.Range(0, Count(reader, MostEpochs))
            .Select(_ => new TuningEpoch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble())).ToList();
        var best = reader.ReadInt32();
        if (epochs.TrueForAll(epoch => epoch.Epoch != best)) throw Damaged();
        curve.Restore(epochs, best, reader.ReadBoolean() ? [.. parameters.Select(parameter => ReadArray(reader, parameter.Count))] : []);
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
        ReadArray(reader, parameter.Count).CopyTo(parameter.Values.Numbers);
        parameter.Mask = ReadOptional(reader, parameter.Count) is { Length: > 0 } mask ? mask : null;
        parameter.Uncut = ReadOptional(reader, parameter.Count) is { Length: > 0 } uncut ? uncut : null;
        ReadArray(reader, parameter.Mean.Length).CopyTo(parameter.Mean, 0);
        parameter.Square = ReadOptional(reader, parameter.Count);
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    private static float[] ReadArray(BinaryReader reader, int length)
        => ReadOptional(reader, length) is var values && values.Length == length ? values : throw Damaged();

    /// <summary>As many as there are to be, or none.</summary>
    private static float[] ReadOptional(BinaryReader reader, int length)
    {
        var count = reader.ReadInt32();
        if (count != 0 && count != length) throw Damaged();
        var values = new float[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
