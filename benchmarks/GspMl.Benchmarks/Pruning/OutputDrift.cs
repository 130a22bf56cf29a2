using System.Numerics.Tensors;
using GspMl.Onnx.Tensors;

namespace GspMl.Benchmarks.Pruning;

/// <summary>How far a pruned model's class scores are from the dense model's, row by row.</summary>
/// <param name="Divergence">KL(softmax(dense) ‖ softmax(pruned)) of each row, in nats; a few rows in doubt decide the mean.</param>
/// <param name="Error">Squared change of each row's scores as a fraction of the scores' mean variance; the steadiest of the three.</param>
/// <param name="Changed">For each row 1 where the largest score moved, else 0.</param>
internal sealed record OutputDrift(double[] Divergence, double[] Error, double[] Changed)
{
    /// <summary>Compares scores, rows × classes.</summary>
    public static OutputDrift Between(FloatTensor dense, FloatTensor pruned)
    {
        var classes = (int)dense.Shape[1];
        var rows = dense.Values.Length / classes;
        var drift = new OutputDrift(new double[rows], new double[rows], new double[rows]);
        var mean = (double)dense.Values.Average();
        var spread = dense.Values.Sum(score => (score - mean) * (score - mean)) / rows;
        for (var row = 0; row < rows; row++)
        {
            var before = dense.Values.AsSpan(row * classes, classes);
            var after = pruned.Values.AsSpan(row * classes, classes);
            drift.Divergence[row] = KullbackLeibler(before, after);
            drift.Error[row] = Math.Pow(TensorPrimitives.Distance<float>(before, after), 2) / spread;
            drift.Changed[row] = TensorPrimitives.IndexOfMax<float>(before) == TensorPrimitives.IndexOfMax<float>(after) ? 0 : 1;
        }
        return drift;
    }

    /// <summary>The rows of several, one after the other.</summary>
    public static OutputDrift Of(IReadOnlyList<OutputDrift> drifts)
        => new([.. drifts.SelectMany(drift => drift.Divergence)], [.. drifts.SelectMany(drift => drift.Error)],
            [.. drifts.SelectMany(drift => drift.Changed)]);

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
