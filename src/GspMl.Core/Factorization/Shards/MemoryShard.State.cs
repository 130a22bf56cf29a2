using System.Runtime.InteropServices;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>What a shard needs to go on elsewhere, besides its rows: 2 · samples × rank numbers and its last answer.</summary>
public sealed partial class MemoryShard<T>
{
    private const long Mark = 0x31_44_52_48_53_4C_4D_47; // GMLSHRD1
    private const int Fields = 8;
    private NmfAlgorithm algorithm;
    private int innerSteps;

    /// <summary>Writes the state after the last request.</summary>
    /// <exception cref="InvalidOperationException">The fit has not begun, or the shard failed.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var side = Begun();
        if (broken) throw new InvalidOperationException($"The shard failed in request {LastNumber + 1}: it has no state to save.");
        var answered = answer.ToBytes();
        stream.Write(new MessageWriter(Fields * sizeof(long)).Number(Mark).Number((long)LastNumber).Number((long)side.Best.Columns)
            .Number((long)halvings).Number((long)algorithm).Number((long)innerSteps).Number(side.Ahead ?? double.NaN)
            .Number((long)answered.Length).Bytes);
        Write(stream, side.Best);
        Write(stream, side.Current);
        stream.Write(answered);
        stream.Write(new MessageWriter(sizeof(long)).Number(Mark).Bytes);
    }

    /// <summary>Takes over a state that a shard of the same rows saved.</summary>
    /// <exception cref="InvalidDataException">The state is damaged, ends early, or is one of other rows.</exception>
    public void Restore(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            Read(stream);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The state of the shard ends early.", e);
        }
    }

    private void Read(Stream stream)
    {
        var head = new MessageReader(ReadBytes(stream, Fields * sizeof(long)));
        if (head.Number() != Mark) throw new InvalidDataException("This is no state of a shard.");
        var (number, rank) = (checked((int)head.Number()), head.Number());
        if (number < 1 || rank < 1 || rank > Array.MaxLength / data.Samples) throw Damaged();
        (halvings, algorithm, innerSteps) = ((int)head.Number(), (NmfAlgorithm)head.Number(), (int)head.Number());
        var (ahead, length) = (head.Double(), head.Number());
        if (length < 0 || length > Array.MaxLength) throw Damaged();

        Panel<T> best = ReadPanel(stream, (int)rank), current = ReadPanel(stream, (int)rank);
        answer = ShardSums<T>.FromBytes(ReadBytes(stream, (int)length));
        if (new MessageReader(ReadBytes(stream, sizeof(long))).Number() != Mark) throw Damaged();
        DataMatrix<T> rows = halvings == 0 ? data : new ScaledData<T>(data, halvings);
        Start(new(rows, current, NmfAlgorithms.CoefficientUpdate<T>(algorithm, innerSteps), maxThreads));
        side!.Return(best, double.IsNaN(ahead) ? null : ahead);
        (LastNumber, broken) = (number, false);
    }

    private static InvalidDataException Damaged() => new("The state of the shard is damaged, or one of other rows.");

    private static byte[] ReadBytes(Stream stream, int length)
    {
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Write(Stream stream, Panel<T> panel)
    {
        for (var i = 0; i < panel.Rows; i++) stream.Write(MemoryMarshal.AsBytes(panel.Row(i)));
    }

    private Panel<T> ReadPanel(Stream stream, int rank)
    {
        var panel = new Panel<T>(data.Samples, rank);
        for (var i = 0; i < panel.Rows; i++) stream.ReadExactly(MemoryMarshal.AsBytes(panel.Row(i)));
        return panel;
    }
}
