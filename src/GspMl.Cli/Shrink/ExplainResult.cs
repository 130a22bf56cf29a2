using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Shrink;

/// <summary>What <c>gspml shrink --explain</c> reports.</summary>
/// <param name="Name">The tensor or node that was asked for.</param>
/// <param name="Sets">The sets of channels that lie there.</param>
internal sealed record ExplainResult(string Name, IReadOnlyList<ChannelTrace> Sets) : CommandResult
{
    protected override string SchemaName => "gspml-shrink-explain-1";

    public override void WriteText(IAnsiConsole console)
    {
        foreach (var set in Sets)
        {
            console.MarkupLineInterpolated($"{set.Channels} channels of {Name} {(set.IsFree ? "can go" : $"stay: {set.Reason}")}.");
            var table = Format.Table("<they are", "<names");
            table.Row("put out by", string.Join(", ", set.Layers));
            if (set.Readers.Count > 0) table.Row("read by", string.Join(", ", set.Readers));
            table.Row("in", string.Join(", ", set.Tensors));
            console.Write(table);
        }
    }
}
