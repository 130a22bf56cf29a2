using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Training;
using Spectre.Console;

namespace GspMl.Cli.Tune;

/// <summary>What <c>gspml tune</c> reports.</summary>
internal sealed record TuneResult(TuningSummary Tuning, ModelFileSize Before, ModelFileSize? After) : CommandResult
{
    protected override string SchemaName => "gspml-tune-1";

    public static TuneResult Of(TuningReport report, ModelFileSize before, ModelFileSize? after)
        => new(TuningSummary.Of(report), before, after);

    public override void WriteText(IAnsiConsole console)
    {
        Tuning.WriteText(console);
        console.MarkupLineInterpolated($"{Before.Path}: {Format.Size(Before.Bytes, Before.GzipBytes)}");
        if (After is null) console.WriteLine("Dry run: nothing was written.");
        else console.MarkupLineInterpolated($"{After.Path}: {Format.Size(After.Bytes, After.GzipBytes)}");
    }
}
