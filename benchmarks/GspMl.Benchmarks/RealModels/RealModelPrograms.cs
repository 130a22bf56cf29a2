namespace GspMl.Benchmarks.RealModels;

/// <summary>`bench real-models WHAT …`: programs on public models; benchmarks/real-models/README.md tells how to get them.</summary>
internal static class RealModelPrograms
{
    private static readonly Dictionary<string, Action<string[]>> Programs = new()
    {
        ["unpack"] = Unpacking.Run,
        ["features"] = Features.Run,
        ["check"] = DenseCheck.Run,
        ["accuracy"] = AccuracyTables.Run,
        ["columns"] = ColumnTables.Run,
        ["channels"] = ChannelTables.Run,
        ["prune"] = PrunedRun.Child,
        ["tune"] = TunedRun.Run,
        ["sweep"] = Sweeping.Sweep.Run,
    };

    public static void Run(string[] args)
    {
        if (args.Length > 1 && Programs.TryGetValue(args[0], out var program))
        {
            program(args[1..]);
            return;
        }
        Console.Error.WriteLine($"usage: bench real-models {string.Join(" | ", Programs.Keys)} DIR …");
        Environment.ExitCode = 1;
    }
}
