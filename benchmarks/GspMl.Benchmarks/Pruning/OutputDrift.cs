using System.Numerics.Tensors;
using GspMl.Onnx.Calibration;

namespace GspMl.Benchmarks.Pruning;

/// <summary>How far a pruned model's class scores are from the dense model's on the same rows.</summary>
/// <param name="Divergence">Mean over rows of KL(softmax(dense) ‖ softmax(pruned)), in nats; a few rows in doubt decide it.</param>
/// <param name="Error">Squared change of the scores as a fraction of their variance; the steadiest of the three.</param>
/// <param name="Changed">Fraction of rows whose largest score moved.</param>
internal sealed record OutputDrift(double Divergence, double Error, double Changed)
{
    /// <summary>Compares scores, rows × classes.</summary>
    public static OutputDrift Between(FloatTensor dense, FloatTensor pruned)
    {
        var classes = (int)dense.Shape[1];
        var rows = dense.Values.Length / classes;
        var (divergence, changed) = (0.0, 0);
        for (var row = 0; row < rows; row++)
        {
            var before = dense.Values.AsSpan(row * classes, classes);
            var after = pruned.Values.AsSpan(row * classes, classes);
            divergence += KullbackLeibler(before, after);
            if (TensorPrimitives.IndexOfMax<float>(before) != TensorPrimitives.IndexOfMax<float>(after)) changed++;
        }
        return new(divergence / rows, new OutputChange([[dense]]).Of(0, [pruned]), (double)changed / rows);
    }

    /// <summary>The mean of several.</summary>
    public static OutputDrift Mean(IReadOnlyList<OutputDrift> drifts)
        => new(drifts.Average(drift => drift.Divergence), drifts.Average(drift => drift.Error), drifts.Average(drift => drift.Changed));

    private static double KullbackLeibler(ReadOnlySpan<float> dense, ReadOnlySpan<float> pruned)
    {
        var (p, q) = (LogSoftmax(dense), LogSoftmax(pruned));
        return p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum();
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> scores)
    {
        var largest = TensorPrimitives.Max(scores);
        var sum = 0.0;
        foreach (var score in scores) sum += Math.Exp(score - largest);
        var logs = new double[scores.Length];
        for (var c = 0; c < logs.Length; c++) logs[c] = scores[c] - largest - Math.Log(sum);
        return logs;
    }
}
