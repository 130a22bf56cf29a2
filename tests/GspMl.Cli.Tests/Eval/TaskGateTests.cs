using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Eval;

/// <summary>The gates of tasks that none of the shipped nets has.</summary>
public class TaskGateTests
{
    private static readonly OutputJudgement Text = new()
    {
        Name = "text",
        Task = new(OutputTask.Sequence, "symbols compete"),
        Sequence = new() { Rows = 50, Same = 49, EmptyRows = 0, Symbols = 500, EditRate = new(0.002, null), WorstRow = 3, WorstEdits = 1 },
    };

    private static readonly OutputJudgement Cars = new()
    {
        Name = "cars",
        Task = new(OutputTask.Boxes, "its name says so"),
        Boxes = new() { Layout = "corners", Baseline = 10, Candidate = 10, Matched = 9, MatchRate = new(0.9, null), MeanOverlap = 0.8 },
    };

    private static readonly OutputJudgement Mask = new()
    {
        Name = "mask",
        Task = new(OutputTask.Map, "a row has 3 axes"),
        Map = new()
        {
            Error = new() { Relative = new(0.1, null), SignalToNoise = new(20, null), Worst = 0.2 },
            PeakSignalToNoise = 25,
            Cosine = new(0.99, null),
            Agreement = new(0.97, null),
        },
    };

    [Fact]
    public void The_limit_itself_passes_and_outputs_are_named_where_there_are_several()
    {
        var outcome = Assert.Single(Gate(98, judgement => 100 * judgement.Sequence?.SameReading.Value).Judge([Text, Cars], 1e-9));
        Assert.Equal(new("same reading in % of 'text'", 98, 98, true), outcome);
        Assert.False(Assert.Single(Gate(98.1, judgement => 100 * judgement.Sequence?.SameReading.Value).Judge([Text], 1e-9)).Passed);
    }

    [Fact]
    public void Agreement_is_that_of_a_maps_places_where_no_output_has_classes_of_rows()
    {
        var outcome = Assert.Single(new QualityGates(null, 98).Judge(Comparison(Text, Mask)));
        Assert.Equal(("agreement in % of 'mask'", 97.0, false), (outcome.Gate, outcome.Value, outcome.Passed));
        Assert.Equal(ExitCode.WrongUsage,
            Assert.Throws<CommandException>(() => new QualityGates(null, 98).Judge(Comparison(Text))).ExitCode);
    }

    [Fact]
    public void Every_judgement_has_words_and_figures()
    {
        Assert.Equal("same reading as the baseline on 98.0 % of the rows (95 %: 89.5 to 99.6 %), edit distance 0.2 % of the symbols, "
            + "worst 1 edit in row 3",
            JudgementWords.Of(Text));
        Assert.Equal("boxes that match 90.0 %, overlapping by 80.0 %, 10 of the baseline, 10 of this model, read as corners",
            JudgementWords.Of(Cars));
        Assert.Equal("relative error 10.0 %, signal-to-noise 20.0 dB, peak signal-to-noise 25.0 dB, cosine similarity of rows 0.9900, "
            + "same class at places 97.0 %", JudgementWords.Of(Mask));
    }

    [Fact]
    public void Endless_decibels_are_a_sign() => Assert.Equal("signal-to-noise ∞ dB", Measure.Decibels("signal-to-noise",
        new(double.PositiveInfinity, null)).ToString());

    private static TaskGate Gate(double limit, Func<OutputJudgement, double?> value)
        => new("--min-same-reading", "same reading in %", limit, true, value, "a sequence");

    private static ModelComparison Comparison(params OutputJudgement[] judgements)
    {
        var model = new EvaluationResult { Path = "model", Rows = 50, Classes = [], Outputs = [], Provider = "CPU", Bytes = 0 };
        return new() { Baseline = model, Candidate = model, Outputs = [], ChangedRows = [], Classes = [], Judgements = judgements };
    }
}
