using System.Globalization;
using GspMl.Benchmarks.Patterns;
using GspMl.Benchmarks.RealModels.Judging;
using GspMl.Benchmarks.Tuning;
using GspMl.Onnx;
using GspMl.Training;

namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models tune DIR MODEL ZEROS METHOD [NAME=VALUE…]`: what a model says on its test inputs before and after it is tuned on its
/// calibration inputs. METHOD is `columns`, `rising` (from the dense model) or a way to prune of the other tables.
/// </summary>
internal static class TunedRun
{
    public static void Run(string[] args)
    {
        var (folder, real, words) = (new RealFolder(args[0]), RealModel.All.Single(model => model.Name == args[1]),
            new TrialWords(args.Skip(4)));
        var (zeros, method) = (double.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
        using var model = OnnxModel.Load(folder.Model($"{real.Name}.onnx"));
        var (clock, data) = (new ProcessorClock(), real.CalibrationData(folder));
        using var pruned = words.Text("from", "") is { Length: > 0 } from ? OnnxModel.Load(from)
            : Pruned(folder, real, model, zeros, method, words);
        if (words.Text("pruned", "") is { Length: > 0 } kept) pruned.Save(kept);
        var dense = Answers(folder, real, model);
        if (method != "rising") Print("before", Answers(folder, real, pruned), dense, clock);
        var result = ModelTuner.Tune(pruned, new()
        {
            Data = data,
            Teacher = model,
            Epochs = (int)words.Number("epochs", 20),
            BatchSize = (int)words.Number("batch", 16),
            Optimizer = TuningOptimizer.Adam(words.Number("rate", 3e-4)),
            HeldBack = method == "rising" ? 0.1 : 0,
            Sparsity = method == "rising" ? TuningSparsity.Rising(zeros, every: 10) : TuningSparsity.KeepZeros,
            MaxThreads = (int)words.Number("threads", 1),
        }, new EpochLog());
        using var tuned = result.Model;
        Print($"after {result.Report.Steps} steps of {result.Report.BatchSize} rows", Answers(folder, real, tuned), dense, clock);
        if (words.Text("to", "") is { Length: > 0 } target) tuned.Save(target);
    }

    private static OnnxModel Pruned(RealFolder folder, RealModel real, OnnxModel model, double zeros, string method, TrialWords words)
        => method switch
        {
            "rising" => OnnxModel.Load(folder.Model($"{real.Name}.onnx")),
            "columns" => Columns(model, zeros, FirstRows.Of(real.CalibrationData(folder), (int)words.Number("rows", 128)),
                (int)words.Number("search", 2)),
            _ => RealMethod.All.Single(known => known.Name == method).Prune(model, real, folder, zeros),
        };

    private static OnnxModel Columns(OnnxModel model, double zeros, EvaluationData rows, int rounds)
    {
        var options = ColumnTables.Options(zeros, PatternWord.Read("columns64"), rows);
        return ModelPruner.Prune(model, options with { Reconstruction = options.Reconstruction with { SearchRounds = rounds } }).Model;
    }

    private static void Print(string when, IAnswers answers, IAnswers dense, ProcessorClock clock)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{when}: {string.Join(" | ", answers.Against(dense))}; {clock.Seconds:f0} s of processor time so far"));

    private static IAnswers Answers(RealFolder folder, RealModel real, OnnxModel model)
    {
        var path = Path.Combine(Path.GetTempPath(), $"bench-tuned-{Environment.ProcessId}.onnx");
        try
        {
            model.Save(path);
            using var runner = new Runner(path);
            return real.Answer(folder, runner);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A line an epoch on the error stream.</summary>
    private sealed class EpochLog : IProgress<TuningProgress>
    {
        private int last;

        public void Report(TuningProgress value)
        {
            if (value.Epoch == last) return;
            last = value.Epoch;
            Console.Error.WriteLine($"epoch {value.Epoch}, step {value.Step} of {value.Steps}: loss {value.Loss:g4}, left {value.Left}");
        }
    }
}
