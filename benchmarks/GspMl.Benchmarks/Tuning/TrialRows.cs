using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Tuning;

/// <summary>Rows that a trial fits, and others that judge it.</summary>
/// <param name="Fitted">Calibration digits.</param>
/// <param name="Judging">Others, with labels where they have some.</param>
internal sealed record TrialRows(EvaluationData Fitted, EvaluationData Judging)
{
    private const int Every = 5;

    /// <summary>All calibration digits, and the test digits.</summary>
    public static TrialRows Test() => new(ShippedDigits.Calibration(), ShippedDigits.Test());

    /// <summary>Every fifth calibration digit judges the others.</summary>
    public static TrialRows HeldBack()
    {
        var all = ShippedDigits.Calibration();
        return new(Those(all, row => row % Every != Every - 1), Those(all, row => row % Every == Every - 1));
    }

    private static EvaluationData Those(EvaluationData data, Func<int, bool> choose)
    {
        var values = (float[])data.Inputs[0].Values;
        var length = values.Length / data.Rows;
        int[] rows = [.. Enumerable.Range(0, data.Rows).Where(choose)];
        return new([InputTensor.Create(null, [.. rows.SelectMany(row => values[(row * length)..((row + 1) * length)])],
            [rows.Length, .. data.Inputs[0].Shape.Skip(1)])]);
    }

    /// <summary>Accuracy where there are labels, else how near the outputs are to the dense model's.</summary>
    public string Judge(OnnxModel dense, OnnxModel tuned)
    {
        var how = new EvaluationOptions { LatencyRuns = 0, CompressedSize = false, MaxThreads = 1 };
        if (Judging.Labels is not null)
            return string.Create(CultureInfo.InvariantCulture,
                $"accuracy {100 * ModelEvaluator.Evaluate(tuned, Judging, how).Accuracy:f1} %");
        var compared = ModelEvaluator.Compare(dense, tuned, Judging, how);
        return string.Create(CultureInfo.InvariantCulture,
            $"divergence {Divergence(compared):f4}, agreement {100 * compared.Agreement:f1} %");
    }

    /// <summary>The Kullback-Leibler divergence of the classes' probabilities, in the mean of the rows.</summary>
    private static double Divergence(ModelComparison compared)
    {
        var (dense, tuned) = (compared.Baseline.Outputs[0], compared.Candidate.Outputs[0]);
        var sum = 0.0;
        for (var row = 0; row < dense.Rows; row++)
        {
            var (p, q) = (LogSoftmax(dense, row), LogSoftmax(tuned, row));
            for (var i = 0; i < p.Length; i++) sum += Math.Exp(p[i]) * (p[i] - q[i]);
        }
        return sum / dense.Rows;
    }

    private static double[] LogSoftmax(OutputTensor logits, int row)
    {
        double[] values = [.. logits.Values.Skip(row * logits.RowLength).Take(logits.RowLength)];
        var largest = values.Max();
        var scale = largest + Math.Log(values.Sum(value => Math.Exp(value - largest)));
        return [.. values.Select(value => value - scale)];
    }
}
