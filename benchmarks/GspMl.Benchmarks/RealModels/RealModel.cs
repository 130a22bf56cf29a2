using GspMl.Benchmarks.RealModels.Judging;
using GspMl.Onnx;

namespace GspMl.Benchmarks.RealModels;

/// <summary>A public model, the inputs that it is calibrated with, and what it says on the test inputs.</summary>
/// <param name="Name">The file without its ending.</param>
/// <param name="Calibration">Its calibration inputs, every one of them.</param>
/// <param name="Answer">What a version of it says on the test inputs.</param>
internal sealed record RealModel(
    string Name, Func<RealFolder, IReadOnlyList<Named>> Calibration, Func<RealFolder, Runner, IAnswers> Answer)
{
    private static readonly string[] SentenceInputs = ["input_ids", "attention_mask", "token_type_ids"];

    public static IReadOnlyList<RealModel> All { get; } =
    [
        Rowwise("resnet18", "Input247", 1, rows => new Vectors(rows)),
        new("minilm", folder => Sentences(folder, "calibration"), Embed),
        Rowwise("ocr-cls", "x", 64, rows => new Decisions(rows)),
        new("ocr-rec", folder => [folder.Named("x", "ocr-rec/calibration")], Read),
        Rowwise("ocr-det", "x", 1, rows => new YesOrNo(rows, 0.3f)),
        new("vad", folder => [folder.Named("input", "vad/calibration-input"), folder.Named("state", "vad/calibration-state"),
            folder.Named("sr", "vad/sr")],
            (folder, runner) => new YesOrNo(VoiceActivity.Probabilities(runner, folder.Read("speech/test")))),
        Rowwise("wake-embedding", "input_1", 64, rows => new Vectors(rows)),
        Rowwise("wake-timer", "onnx::Flatten_0", 1, rows => new Decisions(rows)),
        Rowwise("background-medium", "input", 1, rows => new YesOrNo(rows, 0.5f), "background"),
        Rowwise("background-small", "input", 1, rows => new YesOrNo(rows, 0.5f), "background"),
        .. WakeWords.Names.Where(word => word != "timer")
            .Select(word => Rowwise($"wake-{word}", word == "hey_jarvis" ? "x.1" : "onnx::Flatten_0", 1, rows => new Detections(rows))),
    ];

    private static RealModel Rowwise(string name, string input, int batch, Func<Rows, IAnswers> answers, string? data = null)
        => new(name, folder => [folder.Named(input, $"{data ?? name}/calibration")],
            (folder, runner) => answers(runner.RunRows(input, folder.Read($"{data ?? name}/test"), batch)));

    /// <summary>The calibration inputs as the library takes them.</summary>
    public EvaluationData CalibrationData(RealFolder folder)
        => new([.. Calibration(folder).Select(named => Tensor(named, [.. named.Shape.Select(extent => (int)extent)]))]);

    private static InputTensor Tensor(Named named, int[] shape) => named.Values switch
    {
        long[] values => InputTensor.Create(named.Name, values, shape),
        _ => InputTensor.Create(named.Name, (float[])named.Values, shape),
    };

    private static IReadOnlyList<Named> Sentences(RealFolder folder, string set)
        => [.. SentenceInputs.Select(name => folder.Named(name, $"minilm/{set}-{name}"))];

    private static Embeddings Embed(RealFolder folder, Runner runner)
    {
        var inputs = Sentences(folder, "test");
        var (rows, length) = ((int)inputs[0].Shape[0], (int)inputs[0].Shape[1]);
        var means = Enumerable.Range(0, rows).SelectMany(row =>
        {
            // Behind the mask there is nothing to see; sentences alone need no padding.
            var tokens = ((long[])inputs[1].Values).AsSpan(row * length, length).Count(1L);
            var part = (row * length)..((row * length) + tokens);
            var one = inputs.Select(input => new Named(input.Name, ((long[])input.Values)[part], [1, tokens])).ToList();
            return Embeddings.Mean(runner.Run(one, "last_hidden_state")[0].Values, (long[])one[1].Values);
        }).ToArray();
        return new(new(means, [rows, means.Length / rows]));
    }

    private static Readings Read(RealFolder folder, Runner runner)
    {
        string[] characters = [.. File.ReadAllLines(folder.Model("ocr-keys.txt")), " "];
        var lines = folder.Read("ocr-rec/test");
        return new([.. Enumerable.Range(0, lines.Count).SelectMany(row
            => Readings.BestPaths(runner.Run([new("x", lines[row].ToArray(), [1, .. lines.Shape[1..]])])[0], characters))]);
    }
}
