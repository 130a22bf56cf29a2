using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training;

namespace GspMl.Benchmarks.Tuning;

/// <summary>
/// `bench tuning try MODEL ZEROS[,ZEROS…] [NAME=VALUE…]`: tunes on calibration digits, without labels, from one fraction of zeros to the
/// next: by zeros that rise, or with `stages=1` by what the preset accurate makes of the net tuned so far. Digits that judge take part in
/// nothing before: every fifth calibration digit, or with `judge=test`, for the tables alone, the test digits. Defaults are chosen by the
/// former.
/// </summary>
internal static class TuningTrial
{
    public static void Run(string[] args)
    {
        var words = new TrialWords(args.Skip(2));
        var rows = words.Text("judge", "held") == "test" ? TrialRows.Test() : TrialRows.HeldBack();
        using var model = ShippedDigits.Model(args[0]);
        var clock = new ProcessorClock();
        var start = Start(model, words, rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{args[0]} {string.Join(' ', args.Skip(2))}: start {rows.Judge(model, start)}, {clock.Seconds:f0} s of processor time"));
        foreach (var zeros in args[1].Split(',').Select(word => double.Parse(word, CultureInfo.InvariantCulture)))
        {
            if (words.Number("stages", 0) > 0) start = Accurate(start, zeros, rows);
            var result = ModelTuner.Tune(start, Options(words, rows, model) with { Sparsity = Sparsity(words, rows, start, zeros) });
            if (start != model) start.Dispose();
            start = result.Model;
            var last = result.Report.Epochs[^1];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{args[0]} {zeros}: {rows.Judge(model, start)}, loss of the last steps {last.Loss:g3}, zeros {last.Zeros:f4}, "
                + $"{clock.Seconds:f0} s of processor time so far"));
            if (words.Text("to", "") is { Length: > 0 } folder) start.Save(Path.Combine(folder, $"{args[0]}-{zeros}.onnx"));
        }
    }

    private static OnnxModel Start(OnnxModel model, TrialWords words, TrialRows rows)
    {
        if (words.Text("from", "") is { Length: > 0 } path) return OnnxModel.Load(path);
        return words.Number("accurate", 0) is var first and > 0
            ? Accurate(model, first, rows) : model;
    }

    private static OnnxModel Accurate(OnnxModel model, double zeros, TrialRows rows)
        => ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(zeros), rows.Fitted) with { MaxThreads = 1 }).Model;

    /// <summary>Zeros stay where there are as many as there should be.</summary>
    private static TuningSparsity Sparsity(TrialWords words, TrialRows rows, OnnxModel start, double zeros)
    {
        var every = (int)words.Number("every", 20);
        var rising = TuningSparsity.Rising(zeros, every) with { Until = words.Number("until", 0.6) };
        if (words.Text("gsp", "") is { Length: > 0 } projection)
            return TuningSparsity.Induced(TrialProjections.Of(projection, zeros, rows.Fitted), every, rises: true)
                with
            { Until = rising.Until };
        var weights = start.Weights.Select(weight => start.Elements.Values<float>(weight.Location)).ToList();
        var found = weights.Sum(values => values.Count(value => value == 0)) / (double)weights.Sum(values => values.Length);
        return found >= zeros - 1e-3 ? TuningSparsity.KeepZeros : rising;
    }

    private static TuningOptions Options(TrialWords words, TrialRows rows, OnnxModel model) => new()
    {
        Data = rows.Fitted,
        Teacher = model,
        Epochs = (int)words.Number("epochs", 60),
        BatchSize = (int)words.Number("batch", 32),
        Optimizer = TuningOptimizer.Adam(words.Number("rate", 1e-3)),
        WarmUp = words.Number("warm", 0.05),
        Variation = words.Number("vary", 1) > 0 ? RowVariation.Gentle : null,
        Loss = words.Number("temperature", -1) switch
        {
            < 0 => TuningLoss.ByTask,
            0 => TuningLoss.SquaredError,
            var temperature => TuningLoss.Divergence(temperature),
        },
        HeldBack = 0,
        Normalization = words.Text("norm", "") == "training" ? TuningNormalization.Training : TuningNormalization.Inference,
        MaxThreads = (int)words.Number("threads", 1),
        Seed = (int)words.Number("seed", 1),
    };
}
